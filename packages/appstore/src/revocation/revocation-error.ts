import { BadDataError, PolicyError, UpstreamError } from "../errors/index.ts";

/**
 * What can be wrong with what a responder says.
 *
 * - `OCSP_RESPONSE_MALFORMED`: not strict DER of a basic response (RFC 6960 §4.2.1)
 * - `OCSP_RESPONSE_FOREIGN`: it says nothing of the certificate that was asked about
 * - `OCSP_SIGNATURE_INVALID`: not signed by the responder it names
 */
export type BadOcspResponseCode =
  | "OCSP_RESPONSE_MALFORMED"
  | "OCSP_RESPONSE_FOREIGN"
  | "OCSP_SIGNATURE_INVALID";

/**
 * Why something genuine is not taken.
 *
 * - `OCSP_URL_MISSING`: the certificate names no responder that is asked over http
 * - `OCSP_RESPONDER_UNAUTHORIZED`: signed by somebody who may not speak for the certificate's issuer
 * - `OCSP_RESPONSE_OUTDATED`: its time is over, or has not come
 */
export type RefusedOcspResponseCode =
  | "OCSP_URL_MISSING"
  | "OCSP_RESPONDER_UNAUTHORIZED"
  | "OCSP_RESPONSE_OUTDATED";

/**
 * How a responder can fail.
 *
 * - `OCSP_UNREACHABLE`: no answer in time
 * - `OCSP_REFUSED`: an answer that is no response, or one that says it will not say
 * - `OCSP_TRY_LATER`: it asks to be asked again later
 */
export type OcspFailureCode = "OCSP_UNREACHABLE" | "OCSP_REFUSED" | "OCSP_TRY_LATER";

/** The response is bad. */
export class BadOcspResponse extends BadDataError<BadOcspResponseCode> {}

/** The response must not be used. */
export class RefusedOcspResponse extends PolicyError<RefusedOcspResponseCode> {}

/** The responder failed. */
export class OcspFailure extends UpstreamError<OcspFailureCode> {}
