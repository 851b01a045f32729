import type { Bytes } from "../crypto/index.ts";
import type { Certificate } from "../signed-data/certificate.ts";
import { areEqual, SKEW_MS } from "../signed-data/verify-chain.ts";
import type { CertificateId } from "./certificate-id.ts";
import { parseOcspResponse } from "./parse-ocsp-response.ts";
import type {
  CertificateStatus,
  SingleStatus,
  UnverifiedOcspResponse,
} from "./parse-ocsp-response.ts";
import { findResponders, isAuthorised, isSignedBy } from "./responder.ts";
import type { ResponderCertificate } from "./responder.ts";
import { BadOcspResponse, RefusedOcspResponse } from "./revocation-error.ts";

/** What a responder says of one certificate, verified. */
export interface VerifiedStatus {
  readonly status: CertificateStatus;
  /** Milliseconds since 1970. */
  readonly nextUpdate: number;
}

/** What a response is held against. */
export interface OcspExpectation {
  readonly id: CertificateId;
  /** The issuer of the certificate asked about: verified, up to a root that is trusted. */
  readonly issuer: Certificate;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Verifies a response, step by step: shape, responder, its right to speak, signature, certificate, times
 * (RFC 6960 §3.2). 60 s of skew are allowed. A response without a nonce can be replayed while it is valid;
 * Apple's library sends none either, for responders answer from stores of what they signed before.
 *
 * @throws BadOcspResponse `OCSP_RESPONSE_MALFORMED`, `OCSP_SIGNATURE_INVALID`, `OCSP_RESPONSE_FOREIGN`
 * @throws RefusedOcspResponse `OCSP_RESPONDER_UNAUTHORIZED`, `OCSP_RESPONSE_OUTDATED`
 * @throws OcspFailure `OCSP_TRY_LATER`, `OCSP_REFUSED`
 */
export async function verifyOcspResponse(
  der: Bytes,
  { id, issuer, now }: OcspExpectation,
): Promise<VerifiedStatus> {
  const response = parseOcspResponse(der);
  const responders = await findResponders(response, issuer);
  await checkSigned(response, await authorisedOf(responders, issuer, now));
  const single = findStatus(response.statuses, id);
  return { status: single.status, nextUpdate: checkTimes(single, now) };
}

async function authorisedOf(
  responders: readonly ResponderCertificate[],
  issuer: Certificate,
  now: number,
): Promise<readonly ResponderCertificate[]> {
  const may = await Promise.all(
    responders.map((responder) => isAuthorised(responder, issuer, now)),
  );
  const authorised = responders.filter((_, index) => may[index]);
  if (authorised.length > 0) return authorised;
  const message = "the responder may not speak for the certificate's issuer";
  throw new RefusedOcspResponse("OCSP_RESPONDER_UNAUTHORIZED", message);
}

async function checkSigned(
  response: UnverifiedOcspResponse,
  responders: readonly ResponderCertificate[],
): Promise<void> {
  const good = await Promise.all(responders.map((responder) => isSignedBy(response, responder)));
  if (good.includes(true)) return;
  throw new BadOcspResponse("OCSP_SIGNATURE_INVALID", "the OCSP response's signature is wrong");
}

function findStatus(statuses: readonly SingleStatus[], id: CertificateId): SingleStatus {
  const [single, second] = statuses.filter(
    ({ certificate }) => certificate !== undefined && areEqual(certificate, id),
  );
  if (single === undefined) {
    const message = "the OCSP response says nothing of the certificate asked about";
    throw new BadOcspResponse("OCSP_RESPONSE_FOREIGN", message);
  }
  if (second === undefined) return single;
  const message = "the OCSP response speaks twice of one certificate";
  throw new BadOcspResponse("OCSP_RESPONSE_MALFORMED", message);
}

/** A status without an end (RFC 6960 §2.4) is not taken, as it is not by Apple's library: nothing says how old it may grow. */
function checkTimes({ thisUpdate, nextUpdate = 0 }: SingleStatus, now: number): number {
  const isInTime = thisUpdate <= now + SKEW_MS && nextUpdate >= now - SKEW_MS;
  if (isInTime && thisUpdate <= nextUpdate) return nextUpdate;
  const message = "the OCSP response's time is over, or has not come";
  throw new RefusedOcspResponse("OCSP_RESPONSE_OUTDATED", message);
}
