import { webcrypto } from "node:crypto";
import { PemConverter } from "./x509.ts";

const { subtle } = webcrypto;

/** The curves Apple's chain uses: P-384 for authorities, P-256 for what signs data. */
export type Curve = "P-256" | "P-384";

/** A key pair for ECDSA, extractable so that it can be kept. */
export type KeyPair = webcrypto.CryptoKeyPair;

/** Returns a fresh key pair. */
export async function generateKeyPair(curve: Curve): Promise<KeyPair> {
  return subtle.generateKey({ name: "ECDSA", namedCurve: curve }, true, ["sign", "verify"]);
}

/** Returns the private key as PKCS#8 PEM. */
export async function exportPrivateKey({ privateKey }: KeyPair): Promise<string> {
  return PemConverter.encode(await subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY");
}

/** Returns the pair of the private key in `pem` (PKCS#8); throws when it is not one of `curve`. */
export async function importKeyPair(pem: string, curve: Curve): Promise<KeyPair> {
  const algorithm = { name: "ECDSA", namedCurve: curve };
  const der = PemConverter.decodeFirst(pem);
  const privateKey = await subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  const { kty, crv, x, y } = await subtle.exportKey("jwk", privateKey);
  const publicJwk = Object.fromEntries(
    Object.entries({ kty, crv, x, y }).filter(([, value]) => value !== undefined),
  );
  const publicKey = await subtle.importKey("jwk", publicJwk, algorithm, true, ["verify"]);
  return { privateKey, publicKey };
}
