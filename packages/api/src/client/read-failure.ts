import { cleanText, parseRetryAfter } from "@holdfast/appstore/http";
import * as z from "zod";
import type { Route } from "../contract/route.ts";
import type { ApiErrorBody } from "../errors/api-error-schema.ts";
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
  const error = readError(json);
  if (error === undefined) return notOurs(route, status, retryAt);
  const { code, message, advice, ...facts } = error;
  const said = cleanText(message.replace(`${operationId}: `, "")) ?? `HTTP ${status}`;
  return new ApiCallError(
    cleanText(code) ?? "API_ANSWER_UNEXPECTED",
    { operationId, message: said },
    { ...facts, ...(advice === undefined ? {} : { advice }), status, retryAt },
  );
}

/** What else an error says is dropped where it does not fit: its code and its message matter most. */
const leastSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function readError(json: unknown): ApiErrorBody["error"] | undefined {
  const whole = errorBodySchema.safeParse(json);
  return whole.success ? whole.data.error : leastSchema.safeParse(json).data?.error;
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
