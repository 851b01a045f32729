import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../signed-data/testing/thrown-by.ts";
import { parseCertificatePem, parsePrivateKeyPem, parsePublicKeyPem } from "./pem.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const p8 = privateKey.export({ type: "pkcs8", format: "pem" });

test.each([
  ["as Apple gives it out", p8],
  ["with Windows line ends", p8.replaceAll("\n", "\r\n")],
  ["without a line end at the end", p8.trimEnd()],
  ["with text in front, as openssl writes it", `Bag Attributes\n${p8}`],
  ["on one line of base64", p8.replaceAll(/(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/=]+\n)/g, "")],
])("parsePrivateKeyPem() reads a key %s", (_, text) => {
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  expect(der.equals(parsePrivateKeyPem(text))).toBe(true);
});

test("parsePublicKeyPem() reads a public key", () => {
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const der = publicKey.export({ type: "spki", format: "der" });
  expect(der.equals(parsePublicKeyPem(pem))).toBe(true);
});

function block(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

test("parseCertificatePem() reads the first of several certificates", () => {
  expect([...parseCertificatePem(block("AQID") + block("BAUG"))]).toEqual([1, 2, 3]);
});

describe("parsePrivateKeyPem() refuses", () => {
  const sec1 = privateKey.export({ type: "sec1", format: "pem" });
  test.each([
    ["nothing", ""],
    ["a key in SEC 1", sec1],
    ["a public key", publicKey.export({ type: "spki", format: "pem" })],
    ["a block without an end", p8.slice(0, 80)],
    ["an end before the beginning", "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n"],
    ["what is no base64", "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----"],
  ])("%s, and quotes none of it", (_, text) => {
    const refusal = thrownBy(() => parsePrivateKeyPem(text));
    expect(refusal.code).toBe("PEM_INVALID");
    expect(refusal.message).not.toMatch(/[A-Za-z0-9+/]{20}/);
  });
});
