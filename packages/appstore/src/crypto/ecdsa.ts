/** Bytes in memory of their own, as Web Crypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A value, or the promise of one: hosts that have synchronous cryptography answer at once. */
export type MaybePromise<T> = T | Promise<T>;

/** The curves that App Store certificates are seen with. */
export type EcCurve = "P-256" | "P-384";

/** The hashes that ECDSA signatures on App Store data are seen with. */
export type EcHash = "SHA-256" | "SHA-384" | "SHA-512";

/** A public key that verifies ECDSA signatures. */
export interface EcdsaVerificationKey {
  /**
   * Tells whether `signature` is this key's over `data`.
   *
   * @param signature - raw r‖s, 64 bytes on P-256, 96 on P-384; any other length is false, never an error
   * @param data - bytes, or a text in ASCII such as the first two parts of a JWS
   */
  verify(hash: EcHash, signature: Bytes, data: Bytes | string): MaybePromise<boolean>;
}

/** A private P-256 key that signs with ES256. */
export interface EcdsaSigningKey {
  /**
   * Returns the signature over `data` with SHA-256, raw r‖s, 64 bytes.
   *
   * @param data - bytes, or a text that is signed in UTF-8
   */
  sign(data: Bytes | string): MaybePromise<Bytes>;
}

/**
 * The elliptic-curve operations everything here rests on. {@link webCryptoEcdsa} works on every
 * host; a host with a faster implementation passes its own.
 */
export interface EcdsaProvider {
  /**
   * Imports a public key.
   *
   * @param spki - SubjectPublicKeyInfo, DER
   * @throws Error of the host when the bytes are no key of that curve
   */
  importVerificationKey(spki: Bytes, curve: EcCurve): Promise<EcdsaVerificationKey>;
  /**
   * Imports a private P-256 key.
   *
   * @param pkcs8 - PrivateKeyInfo (PKCS#8), DER, as in Apple's `.p8` files
   * @throws Error of the host when the bytes are no P-256 key
   */
  importSigningKey(pkcs8: Bytes): Promise<EcdsaSigningKey>;
}
