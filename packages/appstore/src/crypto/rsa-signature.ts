import type { Bytes, EcHash } from "./ecdsa.ts";

/**
 * Tells whether a signature (RSASSA-PKCS1-v1_5, RFC 8017 §8.2) is a key's over `data`, by the Web Crypto of
 * whatever host this runs on. Nothing of the App Store's is signed with RSA but perhaps the word of its
 * certificates' responders.
 *
 * @param spki - SubjectPublicKeyInfo, DER
 * @throws Error of the host when the bytes are no RSA key
 */
export async function verifyRsaSignature(
  spki: Bytes,
  hash: EcHash,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, key, signature, data);
}
