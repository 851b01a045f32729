import { BadDataError, PolicyError, UsageError } from "../errors/index.ts";

/**
 * What can be wrong with data that claims to be signed by the App Store.
 *
 * - `JWS_MALFORMED`: not three canonical base64url parts around JSON objects, or no 64-byte signature
 * - `JWS_ALGORITHM_REFUSED`: `alg` is not ES256
 * - `JWS_HEADER_INVALID`: `crit`, or an `x5c` that is no array of base64 strings
 * - `CHAIN_LENGTH_INVALID`: not exactly three certificates
 * - `CERTIFICATE_MALFORMED`: not strict DER of an X.509 v3 certificate with an EC key
 * - `CHAIN_INVALID`: names, CA flags, path lengths, key usages or signatures do not fit together
 * - `CERTIFICATE_MARKER_MISSING`: without Apple's marker extensions
 * - `SIGNATURE_INVALID`: the payload was not signed with the leaf's key
 * - `PAYLOAD_INVALID`: a required field is missing or of another type
 */
export type BadSignedDataCode =
  | "JWS_MALFORMED"
  | "JWS_ALGORITHM_REFUSED"
  | "JWS_HEADER_INVALID"
  | "CHAIN_LENGTH_INVALID"
  | "CERTIFICATE_MALFORMED"
  | "CHAIN_INVALID"
  | "CERTIFICATE_MARKER_MISSING"
  | "SIGNATURE_INVALID"
  | "PAYLOAD_INVALID";

/**
 * Why genuine data may not be used.
 *
 * - `ROOT_UNTRUSTED`: the third certificate is no root that is trusted here
 * - `CERTIFICATE_EXPIRED`, `CERTIFICATE_NOT_YET_VALID`: at the date that counts
 * - `CERTIFICATE_REVOKED`: a revocation record says so
 * - `CHAIN_BUDGET_EXCEEDED`: too many unknown chains at once; the same data may pass a second later
 * - `UNSIGNED_DATA_REFUSED`: from Xcode or a local test, which Apple does not sign
 * - `APP_MISMATCH`, `ENVIRONMENT_MISMATCH`: for another app or environment
 */
export type RefusedSignedDataCode =
  | "ROOT_UNTRUSTED"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_NOT_YET_VALID"
  | "CERTIFICATE_REVOKED"
  | "CHAIN_BUDGET_EXCEEDED"
  | "UNSIGNED_DATA_REFUSED"
  | "APP_MISMATCH"
  | "ENVIRONMENT_MISMATCH";

/** How the caller can be wrong: `TRUST_STORE_EMPTY`, no root to trust. */
export type MisusedSignedDataCode = "TRUST_STORE_EMPTY";

/** Every code of this subject. */
export type SignedDataErrorCode = BadSignedDataCode | RefusedSignedDataCode | MisusedSignedDataCode;

/** The data is bad. */
export class BadSignedData extends BadDataError<BadSignedDataCode> {}

/** The data is not acceptable here. */
export class RefusedSignedData extends PolicyError<RefusedSignedDataCode> {}

/** The caller is wrong. */
export class MisusedSignedData extends UsageError<MisusedSignedDataCode> {}
