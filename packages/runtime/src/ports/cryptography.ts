import type { Bytes, EcdsaProvider, MaybePromise } from "@holdfast/appstore/crypto";

/**
 * The cryptography one host offers. {@link webCryptography} works everywhere; the Node host has a
 * synchronous one, because Web Crypto's way over the thread pool costs more than the work itself.
 */
export interface Cryptography extends EcdsaProvider {
  /** Imports a key for HMAC-SHA-256. */
  importHmacKey(raw: Bytes): Promise<HmacKey>;
  /** Imports a 32-byte key for AES-256-GCM. */
  importSealingKey(raw: Bytes): Promise<SealingKey>;
}

/** A key of HMAC-SHA-256. */
export interface HmacKey {
  /** Returns the 32-byte code of `data`. */
  mac(data: Bytes): MaybePromise<Bytes>;
}

/** Length of the nonces of AES-GCM, in bytes. */
export const SEAL_NONCE_BYTES = 12;

/** A key of AES-256-GCM. */
export interface SealingKey {
  /** Returns a fresh random nonce of 12 bytes ‖ ciphertext ‖ tag of 16 bytes. */
  seal(plaintext: Bytes, associatedData: Bytes): MaybePromise<Bytes>;
  /** Returns the plaintext, or `undefined` when key, associated data and sealed bytes do not belong together. */
  open(sealed: Bytes, associatedData: Bytes): MaybePromise<Bytes | undefined>;
}
