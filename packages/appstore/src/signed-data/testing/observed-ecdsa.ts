import { createPublicKey, verify } from "node:crypto";
import type { EcdsaProvider } from "../../crypto/index.ts";
import { webCryptoEcdsa } from "../../crypto/index.ts";

/** What a provider was asked to do. */
export interface EcdsaCounts {
  /** Public keys imported on P-256, as leaves have. */
  leafImports: number;
  /** Public keys imported on P-384, as authorities have. */
  authorityImports: number;
  /** Signatures verified by a P-256 key. */
  dataVerifications: number;
  /** Signatures verified by a P-384 key: those on certificates. */
  certificateVerifications: number;
}

/** A provider that counts what it does, by the curves of Apple's chains. */
export function createObservedEcdsa(provider: EcdsaProvider = webCryptoEcdsa): {
  readonly ecdsa: EcdsaProvider;
  readonly counts: EcdsaCounts;
} {
  const counts: EcdsaCounts = {
    leafImports: 0,
    authorityImports: 0,
    dataVerifications: 0,
    certificateVerifications: 0,
  };
  const ecdsa: EcdsaProvider = {
    ...provider,
    async importVerificationKey(spki, curve) {
      counts[curve === "P-256" ? "leafImports" : "authorityImports"] += 1;
      const key = await provider.importVerificationKey(spki, curve);
      return {
        verify(hash, signature, data) {
          counts[curve === "P-256" ? "dataVerifications" : "certificateVerifications"] += 1;
          return key.verify(hash, signature, data);
        },
      };
    },
  };
  return { ecdsa, counts };
}

/** A provider whose keys verify at once, as a host with synchronous cryptography has. */
export const synchronousEcdsa: EcdsaProvider = {
  ...webCryptoEcdsa,
  async importVerificationKey(spki) {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    return {
      verify: (hash, signature, data) =>
        verify(hash.replace("-", ""), data, { key, dsaEncoding: "ieee-p1363" }, signature),
    };
  },
};
