import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { importPublisherKeys, parsePseudonymKey } from "./publisher-keys.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

test("importPublisherKeys() returns both keys of a private key, also of one in SEC 1", async () => {
  const pkcs8 = await importPublisherKeys(
    privateKey.export({ format: "pem", type: "pkcs8" }),
    "key.pem",
  );
  const sec1 = await importPublisherKeys(
    privateKey.export({ format: "pem", type: "sec1" }),
    "key.pem",
  );
  expect(sec1.publicKeyPem).toBe(pkcs8.publicKeyPem);
  expect(pkcs8.publisher.keyId).toBe(pkcs8.publicKey.keyId);
  expect(pkcs8.publicKeyPem).toContain("BEGIN PUBLIC KEY");
});

test.each([
  ["nothing", ""],
  ["a public key", generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey],
  ["a key of another curve", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
  ["a key of another kind", generateKeyPairSync("ed25519").privateKey],
])("importPublisherKeys() refuses %s, and quotes none of it", async (_, key) => {
  const type = typeof key !== "string" && key.type === "public" ? "spki" : "pkcs8";
  const pem = typeof key === "string" ? key : key.export({ format: "pem", type });
  const refused: unknown = await importPublisherKeys(pem, "HOLDFAST_PUBLISHER_KEY").catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: "PUBLISHER_KEY_INVALID" });
  expect(String(refused)).toContain("HOLDFAST_PUBLISHER_KEY");
  expect(String(refused)).not.toMatch(/[A-Za-z0-9+/]{30}/);
});

test("parsePseudonymKey() reads 32 bytes and refuses any other number", () => {
  const key = Buffer.alloc(32, 7);
  expect(Buffer.from(parsePseudonymKey(`${key.toString("base64")}\n`, "x"))).toEqual(key);
  expect(() => parsePseudonymKey("AAAA", "the key")).toThrow(/^the key: expected 32 bytes/);
});
