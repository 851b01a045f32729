import { sha256 } from "../crypto/index.ts";
import type { Bytes } from "../crypto/index.ts";
import { readBitString } from "../signed-data/certificate.ts";
import type { Certificate, CertificateWith } from "../signed-data/certificate.ts";
import { createDerReader, malformed, TAG } from "../signed-data/der.ts";
import type { DerReader } from "../signed-data/der.ts";
import { readObjectIdentifier } from "../signed-data/object-identifier.ts";
import { joinBytes, writeElement } from "./write-element.ts";

/**
 * What a responder knows a certificate by (CertID, RFC 6960 §4.1.1), but for the hash, which is SHA-256, as
 * Apple's library asks with: DER of the issuer's name and key, hashed, and of the serial number.
 */
export type CertificateId = Bytes;

const SHA_256 = "2.16.840.1.101.3.4.2.1";
/** AlgorithmIdentifier of SHA-256 with its NULL. */
const SHA_256_IDENTIFIER = Uint8Array.from([
  0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
]);

/** Returns what a responder knows `certificate` by. */
export async function certificateIdOf(
  { serialNumber }: Certificate,
  issuer: Certificate,
): Promise<CertificateId> {
  const [nameHash, keyHash] = await Promise.all([
    sha256(issuer.subject),
    sha256(publicKeyBitsOf(issuer)),
  ]);
  return joinBytes(
    writeElement(TAG.octetString, nameHash),
    writeElement(TAG.octetString, keyHash),
    writeElement(TAG.integer, serialNumber),
  );
}

/** Returns a request about one certificate, DER: not signed, without a nonce (RFC 6960 §4.1). */
export function writeOcspRequest(id: CertificateId): Bytes {
  // CertID, Request, requestList, TBSRequest, OCSPRequest.
  let element = writeElement(TAG.sequence, SHA_256_IDENTIFIER, id);
  for (let depth = 0; depth < 4; depth += 1) element = writeElement(TAG.sequence, element);
  return element;
}

/**
 * Reads a CertID; undefined where it is by another hash.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readCertificateId(reader: DerReader): CertificateId | undefined {
  const id = reader.enter(TAG.sequence);
  const algorithm = id.enter(TAG.sequence);
  const hash = readObjectIdentifier(algorithm);
  // Some leave the NULL out (RFC 5754 §2).
  if (!algorithm.atEnd()) readNull(algorithm);
  algorithm.end();
  const nameHash = id.read(TAG.octetString);
  const keyHash = id.read(TAG.octetString);
  const serialNumber = id.read(TAG.integer);
  id.end();
  return hash === SHA_256 ? joinBytes(nameHash.raw, keyHash.raw, serialNumber.raw) : undefined;
}

/**
 * Reads a NULL.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readNull(reader: DerReader): void {
  if (reader.read(TAG.null).content.length > 0) throw malformed("a NULL with content");
}

/** Returns the bits of a certificate's key: what hashes of keys are made of (RFC 6960 §4.1.1). */
export function publicKeyBitsOf({ publicKey }: CertificateWith<unknown>): Bytes {
  const key = createDerReader(publicKey).enter(TAG.sequence);
  key.read(TAG.sequence);
  return readBitString(key);
}
