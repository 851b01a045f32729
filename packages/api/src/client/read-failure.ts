import { cleanText, parseRetryAfter } from "@holdfast/appstore/http";
import type { Route } from "../contract/route.ts";
import { errorBodySchema } from "../errors/api-error-schema.ts";
import { ApiCallError } from "./api-call-error.ts";

/** An answer that is no success, as it came. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined where it was none. */
  readonly json: unknown;
}

/** Returns the error an answer stands for: the server's own, or that it is none of Holdfast's. */
export function readFailure(route: Route, answer: FailedAnswer, now: number): ApiCallError {
  const { operationId } = route;
  const { status, headers, json } = answer;
  const retryAt = parseRetryAfter(headers.get("Retry-After"), now);
  const parsed = errorBodySchema.safeParse(json);
  if (!parsed.success) return notOurs(route, status, retryAt);
  const { code, message, advice, ...facts } = parsed.data.error;
  const said = cleanText(message.replace(`${operationId}: `, "")) ?? `HTTP ${status}`;
  return new ApiCallError(
    cleanText(code) ?? "API_ANSWER_UNEXPECTED",
    { operationId, message: said },
    { ...facts, ...(advice === undefined ? {} : { advice }), status, retryAt },
  );
}

function notOurs(
  { operationId }: Route,
  status: number,
  retryAt: number | undefined,
): ApiCallError {
  const message =
    status >= 300 && status < 400
      ? `expected an answer of Holdfast's, got a redirect (HTTP ${status})`
      : `expected an answer of Holdfast's, got HTTP ${status} without its error`;
  const advice = "check the base URL, and what stands between here and the server";
  return new ApiCallError(
    "API_ANSWER_UNEXPECTED",
    { operationId, message },
    { status, retryAt, advice },
  );
}
