import { createHash } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import type { Issued } from "../ca/index.ts";

/** The hashes a request may name a certificate's issuer by. */
const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** The parts of a request's CertID that name the issuer (RFC 6960 §4.1.1). */
export interface IssuerId {
  readonly hashAlgorithm: { readonly algorithm: string };
  readonly issuerNameHash: { readonly buffer: ArrayBuffer };
  readonly issuerKeyHash: { readonly buffer: ArrayBuffer };
}

/** Tells whether `id` names `issuer`; never for a hash that is not known here. */
export function isIssuedBy(id: IssuerId, { certificate }: Issued): boolean {
  const hash = HASHES[id.hashAlgorithm.algorithm];
  if (hash === undefined) return false;
  const { tbsCertificate } = AsnConvert.parse(certificate.rawData, Certificate);
  const { subject, subjectPublicKeyInfo } = tbsCertificate;
  return (
    isHashOf(id.issuerNameHash.buffer, hash, AsnConvert.serialize(subject)) &&
    isHashOf(id.issuerKeyHash.buffer, hash, subjectPublicKeyInfo.subjectPublicKey)
  );
}

/** Returns the SHA-1 of a certificate's public key bits, by which a responder names itself. */
export function responderKeyHash({ certificate }: Issued): ArrayBuffer {
  const { tbsCertificate } = AsnConvert.parse(certificate.rawData, Certificate);
  const bits = new Uint8Array(tbsCertificate.subjectPublicKeyInfo.subjectPublicKey);
  return new Uint8Array(createHash("sha1").update(bits).digest()).buffer;
}

function isHashOf(expected: ArrayBuffer, hash: string, data: ArrayBuffer): boolean {
  return createHash(hash).update(new Uint8Array(data)).digest().equals(Buffer.from(expected));
}
