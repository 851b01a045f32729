import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  randomFillSync,
  sign,
  verify,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes, EcCurve, EcHash } from "@holdfast/appstore/crypto";
import { SEAL_NONCE_BYTES } from "../ports/cryptography.ts";
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
        verify(OPENSSL_HASH[hash], asciiBytes(data), { key, dsaEncoding: "ieee-p1363" }, signature),
    };
  },

  async importSigningKey(pkcs8) {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    checkCurve(key, "P-256");
    const input = { key, dsaEncoding: "ieee-p1363" } as const;
    return {
      sign: (data) => sign("sha256", typeof data === "string" ? Buffer.from(data) : data, input),
    };
  },

  async importHmacKey(raw) {
    const key = createSecretKey(raw);
    return { mac: (data) => createHmac("sha256", key).update(data).digest() };
  },

  async importSealingKey(raw) {
    const key = createSecretKey(raw);
    const nextNonce = createNonceSource();
    return {
      seal(plaintext, associatedData) {
        const nonce = nextNonce();
        const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associatedData);
        return Buffer.concat([
          nonce,
          cipher.update(plaintext),
          cipher.final(),
          cipher.getAuthTag(),
        ]);
      },
      open: (sealed, associatedData) => openGcm(key, sealed, associatedData),
    };
  },
};

/** Half the cost of UTF-8, on a text of several thousand characters. */
function asciiBytes(data: Bytes | string): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "latin1") : data;
}

/** How many nonces are drawn at once: asking for random bytes costs more than the bytes. */
const NONCES_AT_ONCE = 256;

function createNonceSource(): () => Bytes {
  let pool = new Uint8Array(0);
  let next = 0;
  return () => {
    if (next === pool.length) {
      pool = randomFillSync(new Uint8Array(NONCES_AT_ONCE * SEAL_NONCE_BYTES));
      next = 0;
    }
    next += SEAL_NONCE_BYTES;
    return pool.subarray(next - SEAL_NONCE_BYTES, next);
  };
}

function openGcm(key: KeyObject, sealed: Bytes, associatedData: Bytes): Bytes | undefined {
  const tagAt = sealed.length - TAG_BYTES;
  if (tagAt < SEAL_NONCE_BYTES) return undefined;
  const nonce = sealed.subarray(0, SEAL_NONCE_BYTES);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(associatedData)
      .setAuthTag(sealed.subarray(tagAt));
    const ciphertext = sealed.subarray(SEAL_NONCE_BYTES, tagAt);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
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
