import { webCryptoEcdsa } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { SEAL_NONCE_BYTES } from "./cryptography.ts";
import type { Cryptography, HmacKey, SealingKey } from "./cryptography.ts";

/** {@link Cryptography} on the Web Crypto API of whatever host this runs on. */
export const webCryptography: Cryptography = {
  ...webCryptoEcdsa,

  async importHmacKey(raw: Bytes): Promise<HmacKey> {
    const key = await crypto.subtle.importKey(
      "raw",
      raw,
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    return {
      async mac(data) {
        return new Uint8Array(await crypto.subtle.sign("HMAC", key, data));
      },
    };
  },

  async importSealingKey(raw: Bytes): Promise<SealingKey> {
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    return {
      async seal(plaintext, additionalData) {
        const iv = crypto.getRandomValues(new Uint8Array(SEAL_NONCE_BYTES));
        const ciphertext = await crypto.subtle.encrypt(
          { name: "AES-GCM", iv, additionalData },
          key,
          plaintext,
        );
        const sealed = new Uint8Array(iv.length + ciphertext.byteLength);
        sealed.set(iv);
        sealed.set(new Uint8Array(ciphertext), iv.length);
        return sealed;
      },
      async open(sealed, additionalData) {
        const iv = sealed.subarray(0, SEAL_NONCE_BYTES);
        const ciphertext = sealed.subarray(SEAL_NONCE_BYTES);
        try {
          const parameters = { name: "AES-GCM", iv, additionalData };
          return new Uint8Array(await crypto.subtle.decrypt(parameters, key, ciphertext));
        } catch {
          return undefined;
        }
      },
    };
  },
};
