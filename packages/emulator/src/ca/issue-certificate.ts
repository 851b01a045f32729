import { randomBytes } from "node:crypto";
import {
  AuthorityInfoAccessExtension,
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "./x509.ts";
import type { KeyPair } from "./key-pair.ts";

/** From when until when a certificate holds. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate with the keys it speaks for. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly keys: KeyPair;
}

/** What a certificate says. */
export interface CertificateContent {
  /** A distinguished name, like `CN=Holdfast Emulator Root CA`. */
  readonly subject: string;
  readonly keys: KeyPair;
  readonly validity: Validity;
  /** Present for an authority: how many authorities may follow it. */
  readonly authority?: { readonly pathLength?: number };
  /** Where its status can be asked. */
  readonly ocspUrl?: string;
  /** Extensions beside the usual ones. */
  readonly extensions?: readonly Extension[];
}

/** RFC 5280 §4.1.2.2 allows 20 octets; 16 are random enough. */
const SERIAL_NUMBER_BYTES = 16;

/** Apple's root and intermediate sign with SHA-384, the leaf's certificate included. */
const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-384" };

/** Returns a certificate that signs itself. */
export async function issueSelfSigned(content: CertificateContent): Promise<Issued> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: content.subject,
    keys: content.keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    ...(await commonParts(content)),
  });
  return { certificate, keys: content.keys };
}

/** Returns a certificate signed by `issuer`. */
export async function issueCertificate(
  issuer: Issued,
  content: CertificateContent,
): Promise<Issued> {
  const { extensions, ...parts } = await commonParts(content);
  const certificate = await X509CertificateGenerator.create({
    subject: content.subject,
    issuer: issuer.certificate.subjectName,
    publicKey: content.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: SIGNING_ALGORITHM,
    ...parts,
    extensions: [
      await AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
      ...extensions,
    ],
  });
  return { certificate, keys: content.keys };
}

async function commonParts({ keys, validity, authority, ocspUrl, extensions }: CertificateContent) {
  const usage =
    authority === undefined
      ? KeyUsageFlags.digitalSignature
      : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return {
    ...validity,
    serialNumber: randomSerialNumber(),
    extensions: [
      new BasicConstraintsExtension(authority !== undefined, authority?.pathLength, true),
      ...(ocspUrl === undefined ? [] : [new AuthorityInfoAccessExtension({ ocsp: ocspUrl })]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new KeyUsagesExtension(usage, true),
      ...(extensions ?? []),
    ],
  };
}

/** The first bit stays clear, for a serial number is positive; the next is set, for a fixed length. */
function randomSerialNumber(): string {
  const bytes = randomBytes(SERIAL_NUMBER_BYTES);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString("hex");
}
