import { UpstreamError } from "../errors/index.ts";

/**
 * Why a call to one of Apple's APIs failed.
 *
 * - `APPLE_REFUSED`: Apple answered 4xx with an error object, or without one where that says nothing else
 * - `APPLE_UNAUTHORIZED`: 401; the token, its key, its issuer or its bundle id is not accepted
 * - `APPLE_NO_ACCESS`: 404 without an error object; the account has no access to the API
 * - `APPLE_RATE_LIMITED`: 429; `retryAt` says when the next call may come, if Apple said
 * - `APPLE_FAILED`: 5xx
 * - `APPLE_ANSWER_MALFORMED`: a success whose body is not what Apple documents
 * - `APPLE_TIMEOUT`: no answer in time
 * - `APPLE_UNREACHABLE`: the connection could not be made, so nothing was done
 * - `APPLE_CONNECTION_LOST`: the connection ended before the answer
 * - `REQUEST_ABORTED`: the caller's signal ended it
 */
export type AppleApiErrorCode =
  | "APPLE_REFUSED"
  | "APPLE_UNAUTHORIZED"
  | "APPLE_NO_ACCESS"
  | "APPLE_RATE_LIMITED"
  | "APPLE_FAILED"
  | "APPLE_ANSWER_MALFORMED"
  | "APPLE_TIMEOUT"
  | "APPLE_UNREACHABLE"
  | "APPLE_CONNECTION_LOST"
  | "REQUEST_ABORTED";

/** Whether Apple may have carried a failed call out; calls that only read have no effect. */
export type CallEffect = "none" | "unknown";

/** What is known of a failed call. */
export interface AppleApiErrorFacts {
  /** Apple's title of the operation, like `Upload Message`. */
  readonly operation: string;
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** Apple's number, like 4040015. */
  readonly errorCode?: number | undefined;
  /** The name of the object in Apple's documentation, like `MessageNotFoundError`, for known numbers. */
  readonly errorName?: string | undefined;
  /** Apple's words; never compare them. */
  readonly errorMessage?: string | undefined;
  /** What to do about it, in our words. */
  readonly advice?: string | undefined;
  /** Whether the same call can succeed later and may safely be made again. */
  readonly retryable: boolean;
  /** When it may be made again, in milliseconds since 1970. */
  readonly retryAt?: number | undefined;
  readonly effect: CallEffect;
}

/** A call to one of Apple's APIs failed. Holds no token, key, body or transaction id. */
export class AppleApiError extends UpstreamError<AppleApiErrorCode> implements AppleApiErrorFacts {
  readonly operation: string;
  readonly status: number | undefined;
  readonly errorCode: number | undefined;
  readonly errorName: string | undefined;
  readonly errorMessage: string | undefined;
  readonly advice: string | undefined;
  readonly retryable: boolean;
  readonly retryAt: number | undefined;
  readonly effect: CallEffect;

  constructor(code: AppleApiErrorCode, message: string, facts: AppleApiErrorFacts & ErrorOptions) {
    super(code, message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.operation = facts.operation;
    this.status = facts.status;
    this.errorCode = facts.errorCode;
    this.errorName = facts.errorName;
    this.errorMessage = facts.errorMessage;
    this.advice = facts.advice;
    this.retryable = facts.retryable;
    this.retryAt = facts.retryAt;
    this.effect = facts.effect;
  }

  /** Returns the same error with some facts replaced. */
  withFacts(changes: Partial<AppleApiErrorFacts>): AppleApiError {
    const { operation, status, errorCode, errorName, errorMessage } = this;
    const { advice, retryable, retryAt, effect, cause } = this;
    const facts = { operation, status, errorCode, errorName, errorMessage };
    const rest = { advice, retryable, retryAt, effect, cause };
    return new AppleApiError(this.code, this.message, { ...facts, ...rest, ...changes });
  }
}
