import { limitAttempt, readBody } from "@holdfast/appstore/http";
import type { ApiClock, ApiFetch } from "@holdfast/appstore/http";
import type { Route } from "../contract/route.ts";
import { ApiCallError } from "./api-call-error.ts";
import type { BuiltCall } from "./build-call.ts";
import { readFailure } from "./read-failure.ts";

/** The longest body that is read: more than the largest flow, which has 8 Mi characters, in JSON. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What an attempt is made with. */
export interface AttemptOptions {
  readonly fetch: ApiFetch;
  readonly clock: ApiClock;
  /** Returns the bearer token; undefined where a cookie or nobody is to speak. */
  readonly token: () => Promise<string | undefined>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A success as it came: its JSON is not looked at yet. */
export interface RawSuccess {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where there is no body. */
  readonly json: unknown;
}

/**
 * Sends a call once and returns its success.
 *
 * @throws ApiCallError, and what `token` throws
 */
export async function attemptCall(
  route: Route,
  call: BuiltCall,
  options: AttemptOptions,
): Promise<RawSuccess> {
  const token = await options.token();
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const limit = limitAttempt(options.timeoutMs, options.signal);
  try {
    const { url, ...init } = call;
    const response = await options.fetch(url, {
      ...init,
      headers: { ...call.headers, ...authorization },
      // Followed, a redirect would take the token along.
      redirect: "manual",
      signal: limit.signal,
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      json: await readJson(route, response),
    };
    if (isSuccess(route, response.status)) return answer;
    throw readFailure(route, answer, options.clock.now());
  } catch (error) {
    if (error instanceof ApiCallError) throw error;
    throw noAnswer(route, limit.endedBy());
  } finally {
    limit.release();
  }
}

function isSuccess({ success, etag }: Route, status: number): boolean {
  return status === success.status || (status === 304 && etag === "conditional");
}

async function readJson({ operationId }: Route, response: Response): Promise<unknown> {
  const bytes = await readBody(response, MAX_ANSWER_BYTES);
  if (bytes === undefined) {
    throw new ApiCallError("API_ANSWER_MALFORMED", {
      operationId,
      message: `expected an answer of at most ${MAX_ANSWER_BYTES} bytes`,
    });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** The cause is left out: a `fetch` may put the URL or the headers into its errors. */
function noAnswer({ operationId }: Route, endedBy: "caller" | "time" | undefined): ApiCallError {
  if (endedBy === "caller") {
    return new ApiCallError("API_ABORTED", { operationId, message: "the caller ended it" });
  }
  if (endedBy === "time") {
    return new ApiCallError("API_TIMEOUT", { operationId, message: "no answer in time" });
  }
  return new ApiCallError(
    "API_UNREACHABLE",
    { operationId, message: "the server cannot be reached, or the connection ended early" },
    { advice: "check the base URL and that the server runs" },
  );
}
