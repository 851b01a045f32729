import type { Bytes, EcCurve, EcdsaProvider } from "./ecdsa.ts";

/** {@link EcdsaProvider} on the Web Crypto API of whatever host this runs on. */
export const webCryptoEcdsa: EcdsaProvider = {
  async importVerificationKey(spki: Bytes, curve: EcCurve) {
    const algorithm = { name: "ECDSA", namedCurve: curve };
    const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
    return {
      verify: (hash, signature, data) =>
        crypto.subtle.verify({ name: "ECDSA", hash }, key, signature, bytesOf(data)),
    };
  },

  async importSigningKey(pkcs8: Bytes) {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
    return {
      async sign(data) {
        const parameters = { name: "ECDSA", hash: "SHA-256" };
        return new Uint8Array(await crypto.subtle.sign(parameters, key, bytesOf(data)));
      },
    };
  },
};

const encoder = new TextEncoder();

function bytesOf(data: Bytes | string): Bytes {
  return typeof data === "string" ? encoder.encode(data) : data;
}
