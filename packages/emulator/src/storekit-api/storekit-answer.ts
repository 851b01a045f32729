import { AppleApiError, EmulatorError } from "../errors/index.ts";

/** An answer of Apple's StoreKit hosts. */
export interface StorekitAnswer {
  readonly status: number;
  /** The JSON of a success; missing for none. */
  readonly body?: unknown;
  /** Apple's number, when it is an error with an error object. */
  readonly errorCode?: number;
  readonly errorMessage?: string;
  /** When to try again, in milliseconds since 1970. */
  readonly retryAt?: number;
}

/** Returns the answer that says what Apple refuses. */
export function answerRefusing({
  errorCode,
  httpStatus,
  message,
  retryAt,
}: AppleApiError): StorekitAnswer {
  return {
    status: httpStatus,
    errorCode,
    errorMessage: message,
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/**
 * Returns the answer to what an operation threw, `undefined` when it is nobody's fault but ours.
 * Errors that Apple has no number for have no error object.
 */
export function answerToError(error: unknown): StorekitAnswer | undefined {
  if (error instanceof AppleApiError) return answerRefusing(error);
  if (!(error instanceof EmulatorError)) return undefined;
  if (error.code === "BODY_TOO_LARGE") return { status: 413 };
  return error.code === "CLOSED" ? { status: 503 } : undefined;
}

/**
 * Returns `answer` as it goes over HTTP: an error is `{errorCode, errorMessage}`. What Apple writes
 * into `errorMessage` is UNCONFIRMED; the words are ours. Its Retry-After is an instant in
 * milliseconds since 1970, not a number of seconds.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export function toResponse(answer: StorekitAnswer): Response {
  const { status, body, errorCode, errorMessage = "An error.", retryAt } = answer;
  const headers = retryAt === undefined ? {} : { "retry-after": String(retryAt) };
  const json = errorCode === undefined ? body : { errorCode, errorMessage };
  return json === undefined
    ? new Response(null, { status, headers })
    : Response.json(json, { status, headers });
}
