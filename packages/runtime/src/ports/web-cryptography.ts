import { webCryptoEcdsa } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
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
      async seal(nonce, plaintext, associatedData) {
        const parameters = { name: "AES-GCM", iv: nonce, additionalData: associatedData };
        return new Uint8Array(await crypto.subtle.encrypt(parameters, key, plaintext));
      },
      async open(nonce, sealed, associatedData) {
        const parameters = { name: "AES-GCM", iv: nonce, additionalData: associatedData };
        try {
          return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed));
        } catch {
          return undefined;
        }
      },
    };
  },
};
