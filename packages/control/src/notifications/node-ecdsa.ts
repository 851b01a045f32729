import { createPublicKey, verify } from "node:crypto";
import { webCryptoEcdsa } from "@holdfast/appstore/crypto";
import type { EcCurve, EcdsaProvider, EcHash } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";

const CURVES: Readonly<Record<EcCurve, { readonly openssl: string; readonly bytes: number }>> = {
  "P-256": { openssl: "prime256v1", bytes: 64 },
  "P-384": { openssl: "secp384r1", bytes: 96 },
};

const HASHES: Readonly<Record<EcHash, string>> = {
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * Verifies on node:crypto, at once and in this thread: a notification has three signatures, and Web Crypto's
 * way over the thread pool takes half as much again of the processor for a notification as a whole
 * (`npm run bench:notifications`). Signs as Web Crypto does; nobody here signs often.
 */
export const nodeEcdsa: EcdsaProvider = {
  ...webCryptoEcdsa,
  async importVerificationKey(spki, curve) {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    if (key.asymmetricKeyDetails?.namedCurve !== CURVES[curve].openssl) {
      throw new UsageError("KEY_UNUSABLE", `expected an EC key on ${curve}`);
    }
    return {
      verify(hash, signature, data) {
        if (signature.length !== CURVES[curve].bytes) return false;
        // Texts are in ASCII: half the cost of UTF-8 on several thousand characters.
        const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
        return verify(HASHES[hash], bytes, { key, dsaEncoding: "ieee-p1363" }, signature);
      },
    };
  },
};
