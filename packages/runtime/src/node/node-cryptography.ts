import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes, EcCurve, EcHash } from "@holdfast/appstore/crypto";
import type { Cryptography } from "../ports/cryptography.ts";

const OPENSSL_CURVE: Readonly<Record<EcCurve, string>> = {
  "P-256": "prime256v1",
  "P-384": "secp384r1",
};
const OPENSSL_HASH: Readonly<Record<EcHash, string>> = {
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};
const RAW_SIGNATURE_BYTES: Readonly<Record<EcCurve, number>> = { "P-256": 64, "P-384": 96 };
const TAG_BYTES = 16;

/**
 * {@link Cryptography} on node:crypto, synchronous: measured with `npm run bench`, Web Crypto's way
 * over the thread pool costs more than the operations themselves.
 */
export const nodeCryptography: Cryptography = {
  async importVerificationKey(spki, curve) {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    checkCurve(key, curve);
    return {
      verify: (hash, signature, data) =>
        signature.length === RAW_SIGNATURE_BYTES[curve] &&
        verify(OPENSSL_HASH[hash], data, { key, dsaEncoding: "ieee-p1363" }, signature),
    };
  },

  async importSigningKey(pkcs8) {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    checkCurve(key, "P-256");
    return { sign: (data) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }) };
  },

  async importHmacKey(raw) {
    const key = createSecretKey(raw);
    return { mac: (data) => createHmac("sha256", key).update(data).digest() };
  },

  async importSealingKey(raw) {
    const key = createSecretKey(raw);
    return {
      seal(nonce, plaintext, associatedData) {
        const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associatedData);
        return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      },
      open: (nonce, sealed, associatedData) => openGcm(key, nonce, sealed, associatedData),
    };
  },
};

function openGcm(
  key: KeyObject,
  nonce: Bytes,
  sealed: Bytes,
  associatedData: Bytes,
): Bytes | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(associatedData)
      .setAuthTag(sealed.subarray(tagAt));
    return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function checkCurve(key: KeyObject, curve: EcCurve): void {
  const came = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType !== "ec" || came !== OPENSSL_CURVE[curve]) {
    throw new UsageError("KEY_UNUSABLE", `expected an EC key on ${curve}`);
  }
}
