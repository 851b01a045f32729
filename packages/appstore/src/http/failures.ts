import { AppleApiError } from "./apple-api-error.ts";
import type { AppleApiErrorCode, CallEffect } from "./apple-api-error.ts";
import { isRead } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { cleanText } from "./clean-text.ts";
import type { ConnectionFailure } from "./connection-failure.ts";

/** A refusal or a failure as Apple answered it. */
export interface FailedAnswer {
  readonly operation: string;
  readonly status: number;
  /** The parsed JSON of the body; undefined where it was empty, too long or no JSON. */
  readonly body: unknown;
}

/** What an API's error format says of a failed answer; what is left out is told by the status. */
export interface ErrorDescription {
  readonly code?: AppleApiErrorCode | undefined;
  readonly errorCode?: number | undefined;
  readonly errorName?: string | undefined;
  /** As Apple sent it: it is shortened and cleaned later. */
  readonly errorMessage?: string | undefined;
  readonly advice?: string | undefined;
  /** Whether the same call can succeed later; default: for 429 and 5xx. */
  readonly retryable?: boolean | undefined;
}

/** Reads the error format of one API of Apple's. */
export type DescribeError = (answer: FailedAnswer) => ErrorDescription;

/** Returns the effect of a call that Apple may have got. */
export function possibleEffect(request: ApiRequest): CallEffect {
  return isRead(request) ? "none" : "unknown";
}

/** Tells whether a call that failed for a passing reason, with this effect, may be made again. */
function isRepeatable(request: ApiRequest, effect: CallEffect): boolean {
  return effect === "none" || request.idempotent === true;
}

/** Returns the error for an answer other than a success. */
export function failedAnswerError(
  request: ApiRequest,
  answer: FailedAnswer & { readonly retryAt: number | undefined },
  description: ErrorDescription,
): AppleApiError {
  const { operation, status, retryAt } = answer;
  // A 5xx may come after the work; a redirect, which is not followed, may as well.
  const effect = status >= 400 && status < 500 ? "none" : possibleEffect(request);
  const passes = description.retryable ?? (status === 429 || status >= 500);
  const errorName = cleanText(description.errorName);
  const errorMessage = cleanText(description.errorMessage);
  const parts = [status, description.errorCode, errorName].filter((part) => part !== undefined);
  const words = errorMessage === undefined ? "" : `: “${errorMessage}”`;
  return new AppleApiError(
    description.code ?? codeOf(status),
    `${sayOutcome(operation, status)}: ${parts.join(" ")}${words}`,
    {
      operation,
      status,
      errorCode: description.errorCode,
      errorName,
      errorMessage,
      advice: description.advice,
      retryable: passes && isRepeatable(request, effect),
      retryAt,
      effect,
    },
  );
}

function sayOutcome(operation: string, status: number): string {
  if (status >= 500) return `Apple failed at ${operation}`;
  return status >= 400 ? `Apple refused ${operation}` : `Apple gave no answer to ${operation}`;
}

function codeOf(status: number): AppleApiErrorCode {
  if (status === 401) return "APPLE_UNAUTHORIZED";
  if (status === 429) return "APPLE_RATE_LIMITED";
  if (status >= 500) return "APPLE_FAILED";
  return status >= 400 ? "APPLE_REFUSED" : "APPLE_ANSWER_MALFORMED";
}

/**
 * Returns the error for a success whose body is not what it should be, in the words of `what`.
 *
 * @param effect - `unknown` (default) for a call that changes something, since it was a success
 */
export function malformedAnswerError(
  operation: string,
  what: string,
  effect: CallEffect = "unknown",
): AppleApiError {
  const message = `${operation}: ${what}`;
  return new AppleApiError("APPLE_ANSWER_MALFORMED", message, {
    operation,
    retryable: false,
    effect,
  });
}

/** Returns the error for an answer that did not come within `timeoutMs`. */
export function timeoutError(request: ApiRequest, timeoutMs: number): AppleApiError {
  const { operation } = request;
  const effect = possibleEffect(request);
  return new AppleApiError(
    "APPLE_TIMEOUT",
    `${operation}: expected an answer within ${timeoutMs} ms; none came`,
    { operation, retryable: isRepeatable(request, effect), effect },
  );
}

/**
 * Returns the error for a call that the caller ended.
 *
 * @param effect - default: what it can be for a call that Apple may have got
 */
export function abortedError(
  request: ApiRequest,
  effect: CallEffect = possibleEffect(request),
): AppleApiError {
  const { operation, signal } = request;
  return new AppleApiError("REQUEST_ABORTED", `${operation}: ended by the caller`, {
    operation,
    // Nobody wants it to be made again.
    retryable: false,
    effect,
    cause: signal?.reason,
  });
}

/**
 * Returns the error for a connection that was not made or was lost. What `fetch` threw is not passed
 * on as its cause, for nobody promises that it holds nothing of the request.
 *
 * @param host - the host and port called
 */
export function connectionError(
  request: ApiRequest,
  { kind, reason = "no reason given" }: ConnectionFailure,
  host: string,
): AppleApiError {
  const { operation } = request;
  if (kind === "lost") {
    const effect = possibleEffect(request);
    return new AppleApiError(
      "APPLE_CONNECTION_LOST",
      `${operation}: expected an answer from ${host}; the connection ended before (${reason})`,
      { operation, retryable: isRepeatable(request, effect), effect },
    );
  }
  const { what, ...rest } = UNREACHABLE[kind];
  return new AppleApiError(
    "APPLE_UNREACHABLE",
    `${operation}: expected a connection to ${host}; ${what} (${reason})`,
    { operation, ...rest, effect: "none" },
  );
}

const UNREACHABLE = {
  unreachable: {
    what: "none could be made",
    advice: "Check the network, its DNS and the base URL.",
    retryable: true,
  },
  untrusted: {
    what: "its certificate is not trusted",
    advice:
      "If a proxy of yours inspects TLS, let this program trust its root, on Node with NODE_EXTRA_CA_CERTS.",
    // Time does not make a certificate trusted.
    retryable: false,
  },
} as const;
