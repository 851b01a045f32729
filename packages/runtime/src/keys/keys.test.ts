import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CRYPTOGRAPHIES } from "../testing/cryptographies.ts";
import { deriveKey } from "./derive-key.ts";
import type { KeyUse } from "./derive-key.ts";
import { offerNonce } from "./offer-nonce.ts";
import { pseudonymOf } from "./pseudonym.ts";
import { deriveRuntimeKeys } from "./runtime-secret.ts";

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const REQUEST = {
  app: "yoga",
  environment: "sandbox",
  requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
} as const;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(CRYPTOGRAPHIES)("on %s", (_, cryptography) => {
  test("offerNonce() is the first half of the code, as a lowercase UUID of version 4", async () => {
    const key = await cryptography.importHmacKey(SECRET);
    const code = createHmac("sha256", SECRET)
      .update(`yoga|sandbox|${REQUEST.requestIdentifier}`)
      .digest();
    code.writeUInt8((code.readUInt8(6) % 16) + 0x40, 6);
    code.writeUInt8((code.readUInt8(8) % 64) + 0x80, 8);
    const nonce = await offerNonce(key, REQUEST);
    expect(nonce.replaceAll("-", "")).toBe(code.subarray(0, 16).toString("hex"));
  });

  test("offerNonce() is a UUID of version 4 for every request, and never the same", async () => {
    const key = await cryptography.importHmacKey(SECRET);
    const nonces = await Promise.all(
      Array.from({ length: 200 }, async (__, index) =>
        offerNonce(key, { ...REQUEST, requestIdentifier: String(index) }),
      ),
    );
    for (const nonce of nonces) expect(nonce).toMatch(UUID_V4);
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test.each([
    ["app", { app: "chess" }],
    ["environment", { environment: "production" as const }],
    ["request", { requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c34" }],
  ])("offerNonce() is another one for another %s", async (__, other) => {
    const key = await cryptography.importHmacKey(SECRET);
    expect(await offerNonce(key, { ...REQUEST, ...other })).not.toBe(
      await offerNonce(key, REQUEST),
    );
  });

  test("pseudonymOf() is the code of the id in base64url", async () => {
    const key = await cryptography.importHmacKey(SECRET);
    const expected = createHmac("sha256", SECRET).update("2000000123456789").digest("base64url");
    expect(await pseudonymOf(key, "2000000123456789")).toBe(expected);
    expect(await pseudonymOf(key, "2000000123456788")).not.toBe(expected);
  });

  test("deriveRuntimeKeys() gives every use a key of its own", async () => {
    const keys = await deriveRuntimeKeys(SECRET, cryptography);
    const sealed = await keys.sealedValues.seal(SECRET, SECRET);
    expect(await keys.decisionSeal.open(sealed, SECRET)).toBeUndefined();
    expect(await keys.sealedValues.open(sealed, SECRET)).toBeDefined();
  });

  test.each([0, 16, 31, 33, 64])("deriveRuntimeKeys() refuses %i bytes", async (length) => {
    await expect(deriveRuntimeKeys(new Uint8Array(length), cryptography)).rejects.toMatchObject({
      code: "RUNTIME_SECRET_INVALID",
    });
  });
});

const USES: readonly KeyUse[] = [
  "sealed-values/v1",
  "decision-seal/v1",
  "revocation-record/v1",
  "offer-nonce/v1",
];

test.each(USES)("deriveKey() for %s is HKDF of RFC 5869 without salt", async (use) => {
  const expected = Buffer.from(hkdfSync("sha256", SECRET, "", use, 32)).toString("hex");
  expect(Buffer.from(await deriveKey(SECRET, use)).toString("hex")).toBe(expected);
});

test("deriveKey() gives every use another key", async () => {
  const keys = await Promise.all(USES.map((use) => deriveKey(SECRET, use)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(USES.length);
});
