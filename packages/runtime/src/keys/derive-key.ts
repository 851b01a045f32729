import type { Bytes } from "@holdfast/appstore/crypto";

/** The uses a key can be derived for; each is an HKDF `info` of its own. */
export type KeyUse =
  | "sealed-values/v1"
  | "decision-seal/v1"
  | "revocation-record/v1"
  | "offer-nonce/v1";

/** Derives a 32-byte key from a random one: HKDF-SHA-256 (RFC 5869) without salt. */
export async function deriveKey(secret: Bytes, use: KeyUse): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(0),
    info: new TextEncoder().encode(use),
  };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}
