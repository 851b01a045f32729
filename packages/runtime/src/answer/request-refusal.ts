import { CodedError } from "@holdfast/appstore/errors";
import type { SignedDataErrorCode } from "@holdfast/appstore/signed-data";

/**
 * Why the runtime itself turns a request away.
 *
 * - `PATH_UNKNOWN`, `METHOD_NOT_ALLOWED`: not a URL of ours, or not a POST
 * - `APP_UNKNOWN`: no such app or environment is configured
 * - `NOT_PUBLISHED`: the app is configured and nothing is live yet
 * - `HOST_MISCONFIGURED`: a host that cannot refuse to start lacks what it needs; its health says what
 * - `CONTENT_TYPE_UNSUPPORTED`, `CHARSET_UNSUPPORTED`: declared as something other than JSON in UTF-8
 * - `BODY_MISSING`, `BODY_TOO_LARGE`, `BODY_MALFORMED`: no body, over the limit, or not a JSON object
 * - `BODY_INCOMPLETE`: the connection ended before the body did; counted, for nobody is left to answer
 * - `SIGNED_PAYLOAD_MISSING`: the object has no string `signedPayload`
 * - `SIGNED_DATE_STALE`, `SIGNED_DATE_IN_FUTURE`: signed too long ago, or later than now
 * - `BUDGET_EXCEEDED`: verification was not done in time
 * - `NOTHING_APPROVED`: the flow has nothing left that may be sent
 * - `INTERNAL`: a fault of ours
 */
export type RequestRefusalCode =
  | "PATH_UNKNOWN"
  | "METHOD_NOT_ALLOWED"
  | "APP_UNKNOWN"
  | "NOT_PUBLISHED"
  | "HOST_MISCONFIGURED"
  | "CONTENT_TYPE_UNSUPPORTED"
  | "CHARSET_UNSUPPORTED"
  | "BODY_MISSING"
  | "BODY_TOO_LARGE"
  | "BODY_INCOMPLETE"
  | "BODY_MALFORMED"
  | "SIGNED_PAYLOAD_MISSING"
  | "SIGNED_DATE_STALE"
  | "SIGNED_DATE_IN_FUTURE"
  | "BUDGET_EXCEEDED"
  | "NOTHING_APPROVED"
  | "INTERNAL";

/** A request that gets no decision. */
export class RequestRefusal extends CodedError<RequestRefusalCode> {}

/** The status of every code a request can be refused with. */
const REFUSAL_STATUS: Readonly<Record<RequestRefusalCode | SignedDataErrorCode, number>> = {
  PATH_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  APP_UNKNOWN: 404,
  NOT_PUBLISHED: 503,
  HOST_MISCONFIGURED: 503,
  CONTENT_TYPE_UNSUPPORTED: 415,
  CHARSET_UNSUPPORTED: 415,
  BODY_MISSING: 400,
  BODY_TOO_LARGE: 413,
  BODY_MALFORMED: 400,
  BODY_INCOMPLETE: 400,
  SIGNED_PAYLOAD_MISSING: 400,
  SIGNED_DATE_STALE: 403,
  SIGNED_DATE_IN_FUTURE: 403,
  BUDGET_EXCEEDED: 503,
  NOTHING_APPROVED: 503,
  INTERNAL: 503,
  JWS_MALFORMED: 400,
  JWS_ALGORITHM_REFUSED: 400,
  JWS_HEADER_INVALID: 400,
  CHAIN_LENGTH_INVALID: 400,
  CERTIFICATE_MALFORMED: 400,
  PAYLOAD_INVALID: 400,
  ROOT_UNTRUSTED: 403,
  CHAIN_INVALID: 403,
  CERTIFICATE_MARKER_MISSING: 403,
  CERTIFICATE_EXPIRED: 403,
  CERTIFICATE_NOT_YET_VALID: 403,
  CERTIFICATE_REVOKED: 403,
  SIGNATURE_INVALID: 403,
  UNSIGNED_DATA_REFUSED: 403,
  APP_MISMATCH: 403,
  ENVIRONMENT_MISMATCH: 403,
  CHAIN_BUDGET_EXCEEDED: 503,
  TRUST_STORE_EMPTY: 503,
};

/** Returns code, status and message of whatever ended a request; unknown errors are `INTERNAL`. */
export function describeRefusal(error: unknown): {
  readonly code: string;
  readonly status: number;
  readonly message: string;
} {
  if (isCodedError(error) && isRefusalCode(error.code)) {
    return { code: error.code, status: REFUSAL_STATUS[error.code], message: error.message };
  }
  return { code: "INTERNAL", status: REFUSAL_STATUS.INTERNAL, message: "an internal error" };
}

function isCodedError(error: unknown): error is CodedError {
  return error instanceof CodedError;
}

function isRefusalCode(code: string): code is keyof typeof REFUSAL_STATUS {
  return Object.hasOwn(REFUSAL_STATUS, code);
}
