import { decodeEcdsaSignature, verifyRsaSignature, webCryptoEcdsa } from "../crypto/index.ts";
import type { Bytes, EcCurve } from "../crypto/index.ts";
import { readBitString, readCertificate, readCurve } from "../signed-data/certificate.ts";
import type { Certificate, CertificateWith } from "../signed-data/certificate.ts";
import { createDerReader, malformed, TAG } from "../signed-data/der.ts";
import { readObjectIdentifier } from "../signed-data/object-identifier.ts";
import { areEqual, checkIssuedBy, checkWindow, importKey } from "../signed-data/verify-chain.ts";
import { publicKeyBitsOf } from "./certificate-id.ts";
import type { ResponderId, UnverifiedOcspResponse } from "./parse-ocsp-response.ts";

/** A certificate that signs statuses; unlike those of a chain it may speak for an RSA key. */
export type ResponderCertificate = CertificateWith<EcCurve | "RSA">;

const EXTENDED_KEY_USAGE = "2.5.29.37";
const OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
/** 2,048 bits: RSA below that is not taken for secure (NIST SP 800-131A). */
const MIN_MODULUS_BYTES = 256;
/** A response brings its responder's certificate, and perhaps its issuers'. */
const MAX_CERTIFICATES = 4;

/**
 * Returns the certificates that a responder's name or key fits: the issuer itself, and those that came with
 * the response. One that cannot be read is passed over, for nothing says that it is the responder's.
 */
export async function findResponders(
  { responder, certificates }: UnverifiedOcspResponse,
  issuer: Certificate,
): Promise<readonly ResponderCertificate[]> {
  const candidates = [issuer, ...certificates.slice(0, MAX_CERTIFICATES).flatMap(readResponder)];
  const fits = await Promise.all(candidates.map((candidate) => isNamed(candidate, responder)));
  return candidates.filter((_, index) => fits[index]);
}

/**
 * Tells whether a responder may speak for an issuer (RFC 6960 §4.2.2.2): it is the issuer, or one whom the
 * issuer lets sign statuses, valid at this moment. The status of its own certificate is not asked; Apple's
 * library does not ask either.
 */
export async function isAuthorised(
  responder: ResponderCertificate,
  issuer: Certificate,
  now: number,
): Promise<boolean> {
  if (areEqual(responder.publicKey, issuer.publicKey)) {
    return areEqual(responder.subject, issuer.subject);
  }
  if (!areEqual(responder.issuer, issuer.subject)) return false;
  try {
    if (!responder.extensions.maySignData || !maySignStatuses(responder)) return false;
    checkWindow(responder.validity, now);
    await checkIssuedBy(responder, await importKey(issuer, webCryptoEcdsa), issuer.curve);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether a response is signed with a responder's key. */
export async function isSignedBy(
  { algorithm, signature, signedPart }: UnverifiedOcspResponse,
  { curve, publicKey }: ResponderCertificate,
): Promise<boolean> {
  if ((algorithm.kind === "RSA") !== (curve === "RSA")) return false;
  try {
    if (curve === "RSA") {
      return await verifyRsaSignature(publicKey, algorithm.hash, signature, signedPart);
    }
    const key = await webCryptoEcdsa.importVerificationKey(publicKey, curve);
    return await key.verify(algorithm.hash, decodeEcdsaSignature(signature, curve), signedPart);
  } catch {
    // A key that is no point of its curve, a signature that is no DER.
    return false;
  }
}

function readResponder(der: Bytes): ResponderCertificate[] {
  try {
    return [readCertificate(der, { readCurve: readKeyKind, understood: [EXTENDED_KEY_USAGE] })];
  } catch {
    return [];
  }
}

function readKeyKind(keyContent: Bytes): EcCurve | "RSA" {
  const key = createDerReader(keyContent);
  const isRsa = readObjectIdentifier(key.enter(TAG.sequence)) === RSA_ENCRYPTION;
  if (!isRsa) return readCurve(keyContent);
  const modulus = createDerReader(readBitString(key)).enter(TAG.sequence).readInteger();
  // Its first byte only says that it is positive.
  if (modulus.length <= MIN_MODULUS_BYTES) throw malformed("an RSA key of less than 2,048 bits");
  return "RSA";
}

async function isNamed(candidate: ResponderCertificate, id: ResponderId): Promise<boolean> {
  if (id.by === "name") return areEqual(candidate.subject, id.name);
  const hash = await crypto.subtle.digest("SHA-1", publicKeyBitsOf(candidate));
  return areEqual(new Uint8Array(hash), id.keyHash);
}

function maySignStatuses({ extensions }: ResponderCertificate): boolean {
  const usages = createDerReader(extensions.values.get(EXTENDED_KEY_USAGE) ?? new Uint8Array());
  const reader = usages.enter(TAG.sequence);
  while (!reader.atEnd()) if (readObjectIdentifier(reader) === OCSP_SIGNING) return true;
  return false;
}
