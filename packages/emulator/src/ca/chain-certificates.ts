import { Extension, ExtendedKeyUsage, ExtendedKeyUsageExtension } from "./x509.ts";
import { INTERMEDIATE_OID, LEAF_OID } from "./apple-extension-oids.ts";
import {
  type CertificateContent,
  issueCertificate,
  type Issued,
  issueSelfSigned,
  type Validity,
} from "./issue-certificate.ts";
import type { KeyPair } from "./key-pair.ts";

/** What may differ from the certificate a chain usually has there. */
export interface CertificateVariation {
  readonly keys: KeyPair;
  readonly validity: Validity;
  /** Where the certificate's status can be asked; without it, nowhere. */
  readonly ocspUrl?: string;
  /** Apple's marking extension; default true. */
  readonly marked?: boolean;
}

const ORGANIZATION = "OU=Local App Store, O=Holdfast Emulator, C=US";
const ROOT_NAME = `CN=Holdfast Emulator Root CA, ${ORGANIZATION}`;
const INTERMEDIATE_NAME = `CN=Holdfast Emulator Developer Relations CA, ${ORGANIZATION}`;
const LEAF_NAME = `CN=Holdfast Emulator Store Signing, ${ORGANIZATION}`;
const RESPONDER_NAME = `CN=Holdfast Emulator OCSP Responder, ${ORGANIZATION}`;

/** The value of Apple's marking extensions: DER NULL, for their presence is what says something. */
const DER_NULL = new Uint8Array([0x05, 0x00]);

/** A responder's own status need not be asked (RFC 6960 §4.2.2.2.1). */
const OCSP_NO_CHECK_OID = "1.3.6.1.5.5.7.48.1.5";

/** Returns a root; every call gives the same names, so that a foreign root can look like ours. */
export async function issueRoot(
  part: Pick<CertificateVariation, "keys" | "validity">,
): Promise<Issued> {
  return issueSelfSigned({ subject: ROOT_NAME, authority: {}, ...part });
}

/** Returns an intermediate that may issue leaves and nothing more. */
export async function issueIntermediate(root: Issued, part: CertificateVariation): Promise<Issued> {
  const content = { ...withMark(part, INTERMEDIATE_OID), authority: { pathLength: 0 } };
  return issueCertificate(root, { ...content, subject: INTERMEDIATE_NAME });
}

/** Returns a leaf that signs what the App Store sends. */
export async function issueLeaf(intermediate: Issued, part: CertificateVariation): Promise<Issued> {
  return issueCertificate(intermediate, {
    ...withMark(part, LEAF_OID),
    subject: LEAF_NAME,
  });
}

/**
 * Returns a certificate that may sign the statuses of what `issuer` issued. Apple's own responders
 * are delegated like this, and npm 3.1.0 of Apple's library accepts no other kind.
 */
export async function issueOcspResponder(
  issuer: Issued,
  part: Pick<CertificateVariation, "keys" | "validity">,
): Promise<Issued> {
  return issueCertificate(issuer, {
    ...part,
    subject: RESPONDER_NAME,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.ocspSigning]),
      new Extension(OCSP_NO_CHECK_OID, false, DER_NULL),
    ],
  });
}

function withMark(
  { keys, validity, ocspUrl, marked = true }: CertificateVariation,
  oid: string,
): Omit<CertificateContent, "subject"> {
  return {
    keys,
    validity,
    extensions: marked ? [new Extension(oid, false, DER_NULL)] : [],
    ...(ocspUrl === undefined ? {} : { ocspUrl }),
  };
}
