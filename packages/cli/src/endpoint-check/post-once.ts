import { once } from "node:events";
import { request as requestHttp, Agent as HttpAgent } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestHttps, Agent as HttpsAgent } from "node:https";
import { codeOf } from "./error-code.ts";

/** How long an answer is waited for: longer than Apple waits, so that it can be told how late it is. */
export const PATIENCE_MS = 5000;

/** Longer answers are not read on: none of Apple's is nearly as long. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** How requests reach an endpoint. */
export interface Line {
  readonly url: URL;
  readonly agent: HttpAgent;
  /** After which an answer is waited for no longer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What became of one request. */
export type Exchange = Answer | Failure;

/** An endpoint's answer. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly body: Buffer;
  /** From the first step of connecting to the last byte, in milliseconds. */
  readonly latencyMs: number;
  /** Whether the connection was there already. */
  readonly isReused: boolean;
}

/** There was no whole answer. */
interface Failure {
  /** Node's code, or `TIMED_OUT` or `TOO_LARGE`. */
  readonly failure: string;
  readonly latencyMs: number;
}

/** Opens connections that are kept, or a new one for each request. */
export function createAgent(
  { protocol }: URL,
  {
    keepAlive,
    maxSockets,
    ca,
  }: { readonly keepAlive: boolean; readonly maxSockets: number; readonly ca?: string | undefined },
): HttpAgent {
  if (protocol === "http:") return new HttpAgent({ keepAlive, maxSockets });
  // A session taken up again would make a new connection cheaper than a first one is.
  const maxCachedSessions = keepAlive ? 100 : 0;
  const options = { keepAlive, maxSockets, maxCachedSessions, minVersion: "TLSv1.2" } as const;
  return new HttpsAgent(ca === undefined ? options : { ...options, ca });
}

/**
 * Posts JSON once, as the App Store does: no retry, no redirect followed. What goes wrong on the way is
 * the exchange's `failure`.
 *
 * @throws the signal's reason
 */
export async function postOnce(line: Line, body: string): Promise<Exchange> {
  const { signal, timeoutMs } = line;
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  try {
    const request = openRequest(line, body, AbortSignal.any([signal, timeout]));
    const response = await answerTo(request, body);
    const read = await readBody(response);
    const latencyMs = performance.now() - started;
    if (read === undefined) return { failure: "TOO_LARGE", latencyMs };
    return { ...describe(response, read), latencyMs, isReused: request.reusedSocket };
  } catch (error) {
    signal.throwIfAborted();
    const failure = timeout.aborted ? "TIMED_OUT" : (codeOf(error) ?? "UNKNOWN");
    return { failure, latencyMs: performance.now() - started };
  }
}

function openRequest({ url, agent }: Line, body: string, signal: AbortSignal): ClientRequest {
  const send = url.protocol === "http:" ? requestHttp : requestHttps;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  const request = send(url, { method: "POST", agent, headers, signal });
  // What goes wrong once the answer has begun is told by the answer.
  request.on("error", () => undefined);
  return request;
}

async function answerTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  const answered = once(request, "response");
  request.end(body);
  // The event has one argument, the answer.
  const [response] = (await answered) as [IncomingMessage];
  return response;
}

function describe(
  { statusCode = 0, headers }: IncomingMessage,
  body: Buffer,
): Pick<Answer, "status" | "contentType" | "location" | "body"> {
  const { "content-type": contentType, location } = headers;
  return { status: statusCode, contentType, location, body };
}

async function readBody(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without an encoding set, a message's chunks are buffers.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      response.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
