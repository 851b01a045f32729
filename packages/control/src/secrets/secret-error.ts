import { PolicyError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import type { CodedError } from "@holdfast/appstore/errors";

/** Every code of secrets at rest, and whose fault it is. */
const MEANINGS = {
  /** No master key or runtime secret was given where one is needed. */
  SECRET_MISSING: UsageError,
  /** What was given is not 32 bytes in base64, or cannot be read. */
  SECRET_INVALID: UsageError,
  /** Sealed under a master key that was not given. */
  SECRET_KEY_UNKNOWN: PolicyError,
  /** Does not open: damaged, or moved from another row. */
  SECRET_SEAL_BROKEN: UpstreamError,
  /** Expected in the database, and not there. */
  SECRET_NOT_FOUND: UpstreamError,
} as const;

/** The stable codes of errors of secrets. */
export type SecretErrorCode = keyof typeof MEANINGS;

/** Returns the error of `code`, of the class that says whose fault it is. */
export function secretError(
  code: SecretErrorCode,
  message: string,
  options?: ErrorOptions,
): CodedError<SecretErrorCode> {
  const ErrorOfCode = MEANINGS[code];
  return new ErrorOfCode(code, message, options);
}
