import { encodeHex } from "../crypto/index.ts";
import type { Bytes, EcCurve, EcHash } from "../crypto/index.ts";
import { createDerReader, malformed, TAG } from "./der.ts";
import type { DerReader } from "./der.ts";
import { readExtensions } from "./certificate-extensions.ts";
import type { CertificateExtensions } from "./certificate-extensions.ts";
import { readDistinguishedName } from "./distinguished-name.ts";
import { readObjectIdentifier } from "./object-identifier.ts";
import { readValidity } from "./certificate-validity.ts";
import type { ValidityWindow } from "./certificate-validity.ts";

/** What verification needs of an X.509 v3 certificate (RFC 5280) that speaks for an EC key. */
export type Certificate = CertificateWith<EcCurve>;

/** A certificate whose key is whatever its reader allows. */
export interface CertificateWith<Curve> {
  /** What the issuer signed, DER. */
  readonly signedPart: Bytes;
  readonly signatureHash: EcHash;
  /** ECDSA-Sig-Value, DER. */
  readonly signature: Bytes;
  /** As a signed integer, in its shortest form. */
  readonly serialNumber: Bytes;
  /** DER of the names: compared byte by byte. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly validity: ValidityWindow;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  readonly curve: Curve;
  readonly extensions: CertificateExtensions;
}

const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const CURVES: Readonly<Record<string, EcCurve>> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
};
const POINT_BYTES: Readonly<Record<EcCurve, number>> = { "P-256": 65, "P-384": 97 };
const UNCOMPRESSED = 0x04;
const SIGNATURE_HASHES: Readonly<Record<string, EcHash>> = {
  "1.2.840.10045.4.3.2": "SHA-256",
  "1.2.840.10045.4.3.3": "SHA-384",
  "1.2.840.10045.4.3.4": "SHA-512",
};
/** Versions are counted from 0. */
const VERSION_3 = "02";

/**
 * Reads a certificate strictly: version 3, EC keys on P-256 or P-384, ECDSA signatures, nothing after
 * the end, no unique identifiers, no extension twice, no unknown critical extension.
 *
 * Not yet checked: its signature, its dates, its place in a chain.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function parseCertificate(der: Bytes): Certificate {
  return readCertificate(der, { readCurve });
}

/** What a reader of certificates allows beyond {@link parseCertificate}. */
export interface CertificateReading<Curve> {
  /** Reads the content of a SubjectPublicKeyInfo, and throws where such a key is not allowed. */
  readonly readCurve: (keyContent: Bytes) => Curve;
  /** Extensions, beside the usual ones, that may be critical because the caller reads them. */
  readonly understood?: readonly string[];
}

/**
 * Reads a certificate as strictly as {@link parseCertificate} in everything else.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readCertificate<Curve>(
  der: Bytes,
  reading: CertificateReading<Curve>,
): CertificateWith<Curve> {
  const outer = createDerReader(der);
  const certificate = outer.enter(TAG.sequence);
  outer.end();
  const signedElement = certificate.read(TAG.sequence);
  const outerHash = readSignatureHash(certificate);
  const signature = readBitString(certificate);
  certificate.end();
  const signedReader = createDerReader(signedElement.content);
  const { innerHash, ...fields } = readSignedPart(signedReader, reading);
  if (innerHash !== outerHash) throw malformed("two different signature algorithms");
  return { signedPart: signedElement.raw, signatureHash: outerHash, signature, ...fields };
}

function readSignedPart<Curve>(
  reader: DerReader,
  reading: CertificateReading<Curve>,
): Omit<CertificateWith<Curve>, "signedPart" | "signatureHash" | "signature"> & {
  readonly innerHash: EcHash;
} {
  const version = reader.enter(TAG.explicit0);
  const versionNumber = version.readInteger();
  version.end();
  if (encodeHex(versionNumber) !== VERSION_3) throw malformed("not version 3");
  const serialNumber = reader.readInteger();
  const innerHash = readSignatureHash(reader);
  const issuer = readDistinguishedName(reader);
  const validity = readValidity(reader.enter(TAG.sequence));
  const subject = readDistinguishedName(reader);
  const { raw: publicKey, content: keyContent } = reader.read(TAG.sequence);
  const curve = reading.readCurve(keyContent);
  const extensionsReader = reader.enter(TAG.explicit3);
  const extensions = readExtensions(extensionsReader.enter(TAG.sequence), reading.understood);
  extensionsReader.end();
  reader.end();
  return { innerHash, serialNumber, issuer, validity, subject, publicKey, curve, extensions };
}

function readSignatureHash(reader: DerReader): EcHash {
  const algorithm = reader.enter(TAG.sequence);
  const hash = SIGNATURE_HASHES[readObjectIdentifier(algorithm)];
  // ECDSA's algorithm identifiers have no parameters (RFC 5758 §3.2).
  algorithm.end();
  if (hash === undefined) throw malformed("expected an ECDSA signature with SHA-2");
  return hash;
}

/**
 * Reads the content of an EC key's SubjectPublicKeyInfo: on P-256 or P-384, an uncompressed point.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readCurve(keyContent: Bytes): EcCurve {
  const key = createDerReader(keyContent);
  const algorithm = key.enter(TAG.sequence);
  const isEc = readObjectIdentifier(algorithm) === EC_PUBLIC_KEY;
  const curve = isEc ? CURVES[readObjectIdentifier(algorithm)] : undefined;
  if (curve === undefined) throw malformed("expected an EC key on P-256 or P-384");
  algorithm.end();
  const point = readBitString(key);
  key.end();
  // Hosts differ on compressed points, so there is one form only (SEC 1 §2.3.3).
  if (point.length !== POINT_BYTES[curve] || point[0] !== UNCOMPRESSED) {
    throw malformed("expected an EC key as an uncompressed point");
  }
  return curve;
}

/**
 * Reads a bit string of whole bytes.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readBitString(reader: DerReader): Bytes {
  const { content } = reader.read(TAG.bitString);
  if (content[0] !== 0) throw malformed("a bit string of other than whole bytes");
  return content.subarray(1);
}
