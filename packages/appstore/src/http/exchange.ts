import type { AppleApiError } from "./apple-api-error.ts";
import type { ApiAnswer, ApiRequest } from "./api-request.ts";
import { limitAttempt } from "./attempt-limit.ts";
import type { AttemptLimit } from "./attempt-limit.ts";
import type { ApiClock } from "./clock.ts";
import { readConnectionFailure } from "./connection-failure.ts";
import {
  abortedError,
  connectionError,
  failedAnswerError,
  malformedAnswerError,
  possibleEffect,
  timeoutError,
} from "./failures.ts";
import type { DescribeError } from "./failures.ts";
import { readBody } from "./read-body.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** The longest body of a success that is read; a list of 2,000 messages has about 200 KB. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** The longest body that is read where the status alone would do. */
const MAX_OPTIONAL_BYTES = 64 * 1024;

/** The part of `fetch` that the clients use. */
export type ApiFetch = (url: string, init: RequestInit) => Promise<Response>;

/** What an exchange is made with. */
export interface ExchangeContext {
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly fetch: ApiFetch;
  readonly clock: ApiClock;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly describeError: DescribeError;
}

/**
 * Sends a request once and returns its success.
 *
 * @throws AppleApiError, and what `token` throws
 */
export async function exchange(request: ApiRequest, context: ExchangeContext): Promise<ApiAnswer> {
  const token = await context.token();
  if (request.signal?.aborted === true) throw abortedError(request, "none");
  const limit = limitAttempt(context.timeoutMs, request.signal);
  try {
    const init = createInit(request, { token, userAgent: context.userAgent });
    const response = await reach(request, { context, limit }, () =>
      context.fetch(context.url, { ...init, signal: limit.signal }),
    );
    if (!response.ok) {
      const refusal = await readRefusal(request, context, response);
      // A body that was cut off by the caller says nothing, least of all that there was none.
      throw limit.endedBy() === "caller" ? abortedError(request, refusal.effect) : refusal;
    }
    const { status, headers } = response;
    return { status, headers, body: await readSuccess(request, { context, limit }, response) };
  } finally {
    limit.release();
  }
}

function createInit(
  { method, body }: ApiRequest,
  { token, userAgent }: { readonly token: string; readonly userAgent: string },
): RequestInit {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/json",
    "user-agent": userAgent,
  };
  // A redirect would take the token to a place nobody chose.
  const init = { method, redirect: "manual" } as const;
  if (body === undefined) return { ...init, headers };
  const [content, type] =
    "json" in body
      ? [JSON.stringify(body.json), "application/json"]
      : [body.bytes, body.contentType];
  return { ...init, headers: { ...headers, "content-type": type }, body: content };
}

/** Awaits a part of the exchange and says in our words what kept it from ending. */
async function reach<T>(
  request: ApiRequest,
  { context, limit }: { readonly context: ExchangeContext; readonly limit: AttemptLimit },
  part: () => Promise<T>,
): Promise<T> {
  try {
    return await part();
  } catch (error) {
    const endedBy = limit.endedBy();
    if (endedBy === "caller") throw abortedError(request);
    if (endedBy === "time") throw timeoutError(request, context.timeoutMs);
    throw connectionError(request, readConnectionFailure(error), new URL(context.url).host);
  }
}

async function readSuccess(
  request: ApiRequest,
  during: { readonly context: ExchangeContext; readonly limit: AttemptLimit },
  response: Response,
): Promise<unknown> {
  if (request.answer === "anything") return readJsonIfAny(response);
  const bytes = await reach(request, during, () => readBody(response, MAX_ANSWER_BYTES));
  const malformed = (what: string): AppleApiError =>
    malformedAnswerError(request.operation, what, possibleEffect(request));
  if (bytes === undefined) throw malformed(`expected at most ${MAX_ANSWER_BYTES} bytes; more came`);
  try {
    return parseJson(bytes);
  } catch {
    throw malformed(`expected JSON; ${bytes.length} bytes of no JSON came`);
  }
}

async function readRefusal(
  request: ApiRequest,
  { clock, describeError }: ExchangeContext,
  response: Response,
): Promise<AppleApiError> {
  const { status } = response;
  const retryAt = parseRetryAfter(response.headers.get("retry-after"), clock.now());
  const answer = { operation: request.operation, status, body: await readJsonIfAny(response) };
  return failedAnswerError(request, { ...answer, retryAt }, describeError(answer));
}

/** The status has said all that matters: a body that is late, too long or no JSON is as none. */
async function readJsonIfAny(response: Response): Promise<unknown> {
  try {
    const bytes = await readBody(response, MAX_OPTIONAL_BYTES);
    return bytes === undefined ? undefined : parseJson(bytes);
  } catch {
    return undefined;
  }
}

/** @throws TypeError where it is not UTF-8, SyntaxError where it is not JSON */
function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  return text.trim() === "" ? undefined : JSON.parse(text);
}
