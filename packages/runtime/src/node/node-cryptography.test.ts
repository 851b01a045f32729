import { generateKeyPairSync, sign } from "node:crypto";
import type { Bytes, EcCurve, EcHash } from "@holdfast/appstore/crypto";
import { describe, expect, test } from "vitest";
import { CRYPTOGRAPHIES, CRYPTOGRAPHY_PAIRS } from "../testing/cryptographies.ts";
import { nodeCryptography } from "./node-cryptography.ts";

const DATA: Bytes = new TextEncoder().encode("header.payload");

function keyPair(namedCurve: EcCurve) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  return {
    privateKey,
    pkcs8: new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" })),
    spki: new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
  };
}

const CURVES = [
  ["P-256", 64],
  ["P-384", 96],
] as const;

describe.each(CRYPTOGRAPHIES)("verify() on %s", (_, cryptography) => {
  describe.each(CURVES)("on %s", (curve, length) => {
    const pair = keyPair(curve);
    const key = cryptography.importVerificationKey(pair.spki, curve);
    const signatureOver = (hash: string): Bytes =>
      new Uint8Array(sign(hash, DATA, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }));

    test.each<[EcHash, string]>([
      ["SHA-256", "sha256"],
      ["SHA-384", "sha384"],
      ["SHA-512", "sha512"],
    ])("is true with %s for bytes and for text", async (hash, openSslHash) => {
      const signature = signatureOver(openSslHash);
      expect(await (await key).verify(hash, signature, DATA)).toBe(true);
      expect(await (await key).verify(hash, signature, "header.payload")).toBe(true);
      expect(await (await key).verify(hash, signature, "header.payloae")).toBe(false);
    });

    test.each([0, 1, length - 1, length + 1, 2 * length])(
      "is false for a signature of %i bytes",
      async (bytes) => {
        const signature = new Uint8Array(bytes);
        signature.set(signatureOver("sha256").subarray(0, bytes));
        expect(await (await key).verify("SHA-256", signature, DATA)).toBe(false);
      },
    );

    test("is false for a signature in DER, of zeros, and of the order's size", async () => {
      const der = new Uint8Array(sign("sha256", DATA, pair.privateKey));
      for (const signature of [der, new Uint8Array(length), new Uint8Array(length).fill(0xff)]) {
        expect(await (await key).verify("SHA-256", signature, DATA)).toBe(false);
      }
    });
  });
});

test.each(CRYPTOGRAPHY_PAIRS)(
  "sign() on %s is verified on %s",
  async (_, signing, __, verifying) => {
    const { pkcs8, spki } = keyPair("P-256");
    const signature = await (await signing.importSigningKey(pkcs8)).sign(DATA);
    const key = await verifying.importVerificationKey(spki, "P-256");
    expect(signature).toHaveLength(64);
    expect(await key.verify("SHA-256", new Uint8Array(signature), DATA)).toBe(true);
  },
);

describe.each(CRYPTOGRAPHIES)("on %s", (_, cryptography) => {
  test.each([
    ["P-256", "P-384"],
    ["P-384", "P-256"],
  ] as const)("importVerificationKey() refuses a key on %s where %s is due", async (has, due) => {
    await expect(cryptography.importVerificationKey(keyPair(has).spki, due)).rejects.toBeInstanceOf(
      Error,
    );
  });

  test("importSigningKey() refuses a key on P-384", async () => {
    await expect(cryptography.importSigningKey(keyPair("P-384").pkcs8)).rejects.toBeInstanceOf(
      Error,
    );
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["no DER", new Uint8Array(91).fill(1)],
  ])("both imports refuse %s", async (__, bytes) => {
    await expect(cryptography.importSigningKey(bytes)).rejects.toBeInstanceOf(Error);
    await expect(cryptography.importVerificationKey(bytes, "P-256")).rejects.toBeInstanceOf(Error);
  });
});

test.each([
  ["an RSA key", generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey],
  ["an Ed25519 key", generateKeyPairSync("ed25519").publicKey],
  ["a key on secp256k1", generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey],
])("importVerificationKey() on node:crypto refuses %s with KEY_UNUSABLE", async (_, publicKey) => {
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  await expect(nodeCryptography.importVerificationKey(spki, "P-256")).rejects.toMatchObject({
    code: "KEY_UNUSABLE",
  });
});
