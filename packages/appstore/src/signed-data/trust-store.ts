import { encodeBase64 } from "../crypto/index.ts";
import type { Bytes } from "../crypto/index.ts";
import { APPLE_ROOT_CA_G3 } from "./apple-root-ca-g3.ts";
import { MisusedSignedData } from "./signed-data-error.ts";

/** Which roots are trusted. */
export interface TrustStore {
  /** Tells whether a certificate, DER in standard base64 as in `x5c`, is byte-equal to a trusted root. */
  trusts(certificate: string): boolean;
}

/**
 * Makes a trust store of root certificates in DER.
 *
 * @throws MisusedSignedData `TRUST_STORE_EMPTY`: a store that trusts nobody is a mistake, not a policy
 */
export function createTrustStore(roots: readonly Bytes[]): TrustStore {
  if (roots.length === 0) {
    throw new MisusedSignedData("TRUST_STORE_EMPTY", "expected at least one trusted root");
  }
  // Base64 is canonical where x5c is read, so equal text is equal bytes.
  const trusted = new Set(roots.map((root) => encodeBase64(root)));
  return { trusts: (certificate) => trusted.has(certificate) };
}

/** Trusts Apple Root CA - G3 and nothing else. */
export const appleTrustStore: TrustStore = createTrustStore([APPLE_ROOT_CA_G3]);
