import { APPLE_ERRORS, type AppleErrorCode } from "./apple-error-table.ts";
import { EmulatorError } from "./emulator-error.ts";

/** Returns the HTTP status of one of Apple's numbers: its first three digits of seven. */
export function httpStatusOf(errorCode: number): number {
  return Math.floor(errorCode / 10_000);
}

/**
 * What Apple would refuse, as Apple would say it. `code` is the constant Apple's libraries use,
 * `name` the error object of Apple's documentation.
 */
export class AppleApiError extends EmulatorError {
  /** Apple's number, like 4000162. */
  readonly errorCode: number;
  /** The status the response has: the number's first three digits. */
  readonly httpStatus: number;
  /** When to try again, in milliseconds since 1970, where Apple says so. */
  readonly retryAt: number | undefined;

  /** `detail` says, for people, what was wrong in this case. */
  constructor(code: AppleErrorCode, detail?: string, { retryAt }: { retryAt?: number } = {}) {
    const { errorCode, name, message } = APPLE_ERRORS[code];
    super(code, detail === undefined ? message : `${message} ${detail}`);
    this.retryAt = retryAt;
    this.errorCode = errorCode;
    this.httpStatus = httpStatusOf(errorCode);
    this.name = name;
  }
}
