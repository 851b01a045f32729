import type { Bytes } from "./ecdsa.ts";

/** Returns the SHA-256 of some bytes, by the Web Crypto of whatever host this runs on. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
