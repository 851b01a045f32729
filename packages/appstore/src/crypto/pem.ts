import { BadDataError } from "../errors/index.ts";
import { decodeBase64 } from "./base64.ts";
import type { Bytes } from "./ecdsa.ts";

/** Text that is not the PEM it should be. */
export class PemError extends BadDataError<"PEM_INVALID"> {}

/**
 * Reads the first certificate of a PEM file (RFC 7468); text around it is left alone.
 *
 * @returns DER
 * @throws PemError `PEM_INVALID`
 */
export function parseCertificatePem(pem: string): Bytes {
  return parsePem(pem, "CERTIFICATE");
}

/**
 * Reads a private key as in Apple's `.p8` files (PKCS#8).
 *
 * @returns DER
 * @throws PemError `PEM_INVALID`
 */
export function parsePrivateKeyPem(pem: string): Bytes {
  return parsePem(pem, "PRIVATE KEY");
}

/**
 * Reads a public key (SubjectPublicKeyInfo).
 *
 * @returns DER
 * @throws PemError `PEM_INVALID`
 */
export function parsePublicKeyPem(pem: string): Bytes {
  return parsePem(pem, "PUBLIC KEY");
}

function parsePem(pem: string, label: string): Bytes {
  const begin = `-----BEGIN ${label}-----`;
  const from = pem.indexOf(begin);
  const to = pem.indexOf(`-----END ${label}-----`, from);
  if (from < 0 || to < 0) {
    throw new PemError("PEM_INVALID", `expected PEM with a ${label} block`);
  }
  try {
    return decodeBase64(pem.slice(from + begin.length, to).replaceAll(/\s/g, ""));
  } catch (cause) {
    throw new PemError("PEM_INVALID", `the ${label} block is not base64`, { cause });
  }
}
