import { lookup as systemLookup } from "node:dns/promises";
import type { LookupAddress } from "node:dns";
import { request as requestPlainly } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";
import type { LookupFunction } from "node:net";
import { parseRetryAfter } from "@holdfast/appstore/http";
import { describeUrlProblem, isReachable } from "./webhook-url.ts";
import type { WebhookReach } from "./webhook-url.ts";

/** What is posted where. */
export interface Post {
  readonly url: string;
  readonly body: string | Uint8Array;
  /** Default JSON; null: none is sent. */
  readonly contentType?: string | null | undefined;
  /** Beside those that every post has. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Why a post did not arrive.
 *
 * - `STATUS_NOT_OK`: the answer's status is not 2xx; a redirect among them
 * - `TIMEOUT`: no answer in time
 * - `ADDRESS_REFUSED`: the URL leads nowhere that may be posted to
 * - `TLS_FAILED`: the certificate is not one to trust, or the handshake failed
 * - `UNREACHABLE`: there is no such host, no connection, or it ended before the answer
 */
type PostProblem = "STATUS_NOT_OK" | "TIMEOUT" | "ADDRESS_REFUSED" | "TLS_FAILED" | "UNREACHABLE";

/** How a post went. */
export interface PostResult {
  /** The HTTP status; absent where there was no answer. */
  readonly status?: number;
  /** Absent where it arrived. */
  readonly problem?: PostProblem;
  /** How long the receiver wants to be left alone, ms, if it says so. */
  readonly retryAfterMs?: number;
}

/** How posts are made. */
export interface PostMeans extends WebhookReach {
  /** Returns all addresses of a host; default the system's. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Milliseconds a post may take, the answer included; default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** The release of Holdfast, like `1.2.3`. */
  readonly release: string;
}

/** The specification recommends 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;

/** What of an answer is read before the connection is ended: nobody looks at it. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Posts once and says how it went. No redirect is followed, no connection kept. The address that is
 * connected to is the very one that was checked: a name that leads elsewhere by the time of the connection
 * gains nothing.
 *
 * @throws the signal's reason when it ended the post
 */
export async function postEvent(
  post: Post,
  means: PostMeans,
  signal: AbortSignal,
): Promise<PostResult> {
  signal.throwIfAborted();
  if (describeUrlProblem(post.url, means) !== undefined) return { problem: "ADDRESS_REFUSED" };
  const timeout = AbortSignal.timeout(means.timeoutMs ?? TIMEOUT_MS);
  try {
    return await exchange(post, means, AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal.throwIfAborted();
    return { problem: timeout.aborted ? "TIMEOUT" : problemOf(error) };
  }
}

function exchange(post: Post, means: PostMeans, signal: AbortSignal): Promise<PostResult> {
  const url = new URL(post.url);
  const { contentType = "application/json" } = post;
  const body = Buffer.from(post.body);
  const request = url.protocol === "https:" ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      agent: false,
      signal,
      lookup: checkedLookup(url, means),
      headers: {
        ...post.headers,
        ...(contentType === null ? {} : { "content-type": contentType }),
        "content-length": body.length,
        "user-agent": `holdfast/${means.release}`,
      },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      endAnswer(response).then(() => resolve(resultOf(response)), reject);
    });
    sent.end(body);
  });
}

/** Lets a connection go only to addresses that may be posted to; a URL with an address was checked before. */
function checkedLookup(url: URL, { resolve = resolveAll, ...reach }: PostMeans): LookupFunction {
  async function answer(...[host, options, callback]: Parameters<LookupFunction>): Promise<void> {
    const found = await lookUp(host);
    if (found instanceof Error) callback(found, []);
    else if (options.all === true) callback(null, [...found]);
    else callback(null, found[0].address, found[0].family);
  }

  async function lookUp(host: string): Promise<Error | Addresses> {
    try {
      const addresses = await resolve(host);
      const [first, ...others] = addresses.filter(({ address }) =>
        isReachable(address, url, reach),
      );
      if (first !== undefined) return [first, ...others];
      return addresses.length > 0 ? new AddressRefusedError() : new Error("no address");
    } catch (error) {
      return error instanceof Error ? error : new Error("no address");
    }
  }

  return (...asked) => void answer(...asked);
}

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return systemLookup(host, { all: true });
}

class AddressRefusedError extends Error {}

/** Reads what there is of an answer, within bounds, so that the receiver is not cut off while it writes. */
async function endAnswer(response: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const piece of response) {
    // Without an encoding a response is read in bytes.
    size += (piece as Buffer).length;
    if (size > MAX_ANSWER_BYTES) break;
  }
  response.destroy();
}

function resultOf({ statusCode = 0, headers }: IncomingMessage): PostResult {
  if (statusCode >= 200 && statusCode < 300) return { status: statusCode };
  const now = Date.now();
  const retryAt = parseRetryAfter(headers["retry-after"] ?? null, now);
  return {
    status: statusCode,
    problem: "STATUS_NOT_OK",
    ...(retryAt === undefined ? {} : { retryAfterMs: retryAt - now }),
  };
}

/** Node names what OpenSSL says of a certificate by codes of its own, without a common prefix. */
const CERTIFICATE_CODE =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

function problemOf(error: unknown): PostProblem {
  if (error instanceof AddressRefusedError) return "ADDRESS_REFUSED";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return CERTIFICATE_CODE.test(code) ? "TLS_FAILED" : "UNREACHABLE";
}
