import type { RealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { Clock } from "../clock/clock.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { HttpAnswer, SendAttempt } from "./http-answer.ts";

/** How long Apple waits for the whole answer in production, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 700;

/** No answer is nearly as long; more is not read. Ours, to bound memory. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What sending needs. */
export interface PostOptions {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** Stops waiting before the timeout, as when the emulator closes. */
  readonly signal?: AbortSignal;
}

/**
 * Posts a real-time request once, as Apple does: no retry, no redirect followed, and the whole answer
 * within the timeout. Never throws: what goes wrong is the attempt's `failure`.
 */
export async function postRequest(
  url: string,
  body: RealtimeRequestBody,
  { fetch, clock, timeoutMs, signal }: PostOptions,
): Promise<SendAttempt> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const started = clock.elapsed();
  let response: Response | undefined;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any(signal === undefined ? [timeout.signal] : [timeout.signal, signal]),
    });
    const read = await readBody(response);
    const latencyMs = clock.elapsed() - started;
    if (isCircular(url, response)) return { latencyMs, failure: "CIRCULAR_REDIRECT" };
    if (read === undefined) return { latencyMs, failure: "INVALID_RESPONSE" };
    return { latencyMs, answer: describe(response, read) };
  } catch (error) {
    return {
      latencyMs: clock.elapsed() - started,
      failure: timeout.signal.aborted
        ? "TIMED_OUT"
        : classifyFailure(error, response !== undefined),
    };
  } finally {
    clearTimeout(timer);
  }
}

function describe(response: Response, body: Uint8Array): HttpAnswer {
  const contentType = response.headers.get("content-type");
  return { status: response.status, body, ...(contentType === null ? {} : { contentType }) };
}

async function readBody(response: Response): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The platform's type leaves open what a body's stream yields; it is bytes (Fetch §2.2.4).
  const stream: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Whether Apple follows redirects at all is UNCONFIRMED; that a circular one has a name of its own is
 * not. One that leads to itself is named so, any other is an unsuccessful status.
 */
function isCircular(url: string, { status, headers }: Response): boolean {
  const location = headers.get("location");
  if (status < 300 || status > 399 || location === null || !URL.canParse(location, url)) {
    return false;
  }
  return new URL(location, url).href === new URL(url).href;
}
