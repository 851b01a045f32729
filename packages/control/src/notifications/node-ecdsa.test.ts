import { generateKeyPairSync, sign } from "node:crypto";
import { webCryptoEcdsa } from "@holdfast/appstore/crypto";
import type { EcCurve, EcHash } from "@holdfast/appstore/crypto";
import { describe, expect, test } from "vitest";
import { nodeEcdsa } from "./node-ecdsa.ts";

const DATA = "header.payload";

const KEYS = {
  "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "P-384": generateKeyPairSync("ec", { namedCurve: "P-384" }),
};

function spkiOf(curve: EcCurve) {
  return new Uint8Array(KEYS[curve].publicKey.export({ format: "der", type: "spki" }));
}

describe.each([
  ["nodeEcdsa", nodeEcdsa],
  ["webCryptoEcdsa", webCryptoEcdsa],
])("%s", (_, provider) => {
  test.each<[EcCurve, EcHash]>([
    ["P-256", "SHA-256"],
    ["P-256", "SHA-384"],
    ["P-384", "SHA-384"],
    ["P-384", "SHA-512"],
  ])("verifies on %s with %s what is signed, and nothing else", async (curve, hash) => {
    const key = await provider.importVerificationKey(spkiOf(curve), curve);
    const { privateKey } = KEYS[curve];
    const input = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
    const signature = new Uint8Array(sign(hash.replace("-", ""), Buffer.from(DATA), input));
    const changed = signature.with(3, (signature[3] ?? 0) ^ 1);
    const short = signature.subarray(1);
    const answers = [
      await key.verify(hash, signature, DATA),
      await key.verify(hash, signature, new TextEncoder().encode(DATA)),
      await key.verify(hash, signature, `${DATA}!`),
      await key.verify(hash, changed, DATA),
      await key.verify(hash, short, DATA),
      await key.verify(hash, new Uint8Array(0), DATA),
    ];
    expect(answers).toEqual([true, true, false, false, false, false]);
  });

  test("takes no key of another curve, and none that is none", async () => {
    await expect(provider.importVerificationKey(spkiOf("P-384"), "P-256")).rejects.toThrow(Error);
    await expect(provider.importVerificationKey(new Uint8Array(3), "P-256")).rejects.toThrow(Error);
  });
});
