import { APPLE_ERRORS, type AppleErrorCode } from "./apple-error-table.ts";
import { EmulatorError } from "./emulator-error.ts";

/** How many of an error code's digits are not its HTTP status. */
const DIGITS_AFTER_STATUS = 10_000;

/**
 * What Apple would refuse, as Apple would say it. `code` is the constant Apple's libraries use,
 * `name` the error object of Apple's documentation.
 */
export class AppleApiError extends EmulatorError {
  /** Apple's number, like 4000162. */
  readonly errorCode: number;
  /** The status the response has: the number's first three digits. */
  readonly httpStatus: number;

  /** `detail` says, for people, what was wrong in this case. */
  constructor(code: AppleErrorCode, detail?: string) {
    const { errorCode, name, message } = APPLE_ERRORS[code];
    super(code, detail === undefined ? message : `${message} ${detail}`);
    this.errorCode = errorCode;
    this.httpStatus = Math.floor(errorCode / DIGITS_AFTER_STATUS);
    this.name = name;
  }
}
