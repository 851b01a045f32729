import { UsageError } from "@holdfast/appstore/errors";
import {
  backoffMs,
  limitAttempt,
  parseApiBaseUrl,
  parseRetryAfter,
  readBody,
  systemApiClock,
} from "@holdfast/appstore/http";
import type { ApiClock } from "@holdfast/appstore/http";
import { createCallPace } from "./call-pace.ts";
import type { CallPace } from "./call-pace.ts";
import type { CloudflareAccess } from "./cloudflare-access.ts";
import { failedAnswer } from "./cloudflare-answer.ts";
import type { CloudflareAnswer } from "./cloudflare-answer.ts";
import { CloudflareError } from "./cloudflare-error.ts";
import { KEY_INTERVAL_MS } from "./key-turns.ts";

const CLOUDFLARE_API_URL = "https://api.cloudflare.com/client/v4";

/** How often a call is tried in all. */
export const MAX_ATTEMPTS = 5;

/** Milliseconds an attempt may take, the answer's body included, before what its body adds. */
const TIMEOUT_MS = 30_000;

/** The slowest upload that is waited for, in bytes a millisecond: 4 megabits a second. */
const SLOWEST_UPLOAD = 500;

/** Milliseconds a call waits because Cloudflare said so; told to wait longer, it fails at once. */
const LONGEST_HOLD_MS = 60_000;

/** The longest answer that is read: a value of 25 MiB, or the names of 10,000 keys. */
const MAX_ANSWER_BYTES = 26 * 1024 * 1024;

/** What a client shares with others, and what tests bring of their own. */
export interface CallingOptions {
  /** What counts its calls; default one of its own. Clients of one Cloudflare user share its limit. */
  readonly pace?: CallPace | undefined;
  /** Default: the host's. */
  readonly clock?: ApiClock | undefined;
  /** From 0 up to but not including 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** One call; all that are made here may be carried out twice. */
export interface CloudflareCall {
  /** Cloudflare's title of the operation: what errors call it. */
  readonly operation: string;
  readonly method: "GET" | "PUT" | "POST";
  /** What follows the namespace's address, like `/bulk`; its parts are encoded. */
  readonly path: string;
  /** JSON in UTF-8. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Calls Cloudflare's API about one namespace. */
export interface CloudflareApi {
  /**
   * Returns the answer of a success. Keeps the pace of the API, and tries again after 429, 5xx and what
   * the network does: five times in all, later each time, and not before Cloudflare says.
   *
   * @throws CloudflareError, and the signal's reason when it is aborted
   */
  send(call: CloudflareCall): Promise<CloudflareAnswer>;
  /** Resolves when a write that failed may be tried again, after so many attempts. */
  backOff(attempt: number, signal?: AbortSignal): Promise<void>;
  readonly clock: ApiClock;
}

/**
 * Returns what calls the API.
 *
 * @throws UsageError `CLOUDFLARE_URL_INVALID`, `CLOUDFLARE_TOKEN_INVALID`
 */
export function createCloudflareApi(
  access: CloudflareAccess,
  { clock = systemApiClock, random = Math.random, pace = createCallPace(clock) }: CallingOptions,
): CloudflareApi {
  const connection: Connection = {
    baseUrl: namespaceUrl(access),
    authorization: `Bearer ${readToken(access.apiToken)}`,
    fetch: access.fetch ?? ((input, init) => fetch(input, init)),
    clock,
    pace,
  };
  // A write that failed may have been one: the next of the same keys keeps its second.
  const backOff = async (attempt: number, signal?: AbortSignal): Promise<void> =>
    clock.sleep(KEY_INTERVAL_MS + backoffMs(attempt, random), signal);
  return {
    clock,
    backOff,
    async send(call) {
      for (let attempt = 1; ; attempt += 1) {
        await keepPace(call, connection);
        const answer = await tryOnce(call, connection);
        if (!(answer instanceof CloudflareError)) return answer;
        const isFinal = answer.code === "CLOUDFLARE_REFUSED" || attempt >= MAX_ATTEMPTS;
        if (isFinal || heldMs(connection) > LONGEST_HOLD_MS) throw answer;
        await backOff(attempt, call.signal);
      }
    },
  };
}

interface Connection {
  readonly baseUrl: string;
  readonly authorization: string;
  readonly fetch: typeof fetch;
  readonly clock: ApiClock;
  readonly pace: CallPace;
}

async function keepPace(
  { operation, signal }: CloudflareCall,
  connection: Connection,
): Promise<void> {
  const { clock, pace } = connection;
  for (let wait = pace.take(); wait > 0; wait = pace.take()) {
    if (heldMs(connection) > LONGEST_HOLD_MS) {
      const seconds = Math.ceil(heldMs(connection) / 1000);
      throw new CloudflareError(
        "CLOUDFLARE_RATE_LIMITED",
        `${operation}: not asked, for Cloudflare said to wait another ${seconds} s`,
        { retryAt: pace.heldUntil },
      );
    }
    await clock.sleep(wait, signal);
  }
  signal?.throwIfAborted();
}

/** How long Cloudflare still wants no call, in milliseconds; less than 0 when it does not. */
function heldMs({ clock, pace }: Connection): number {
  return pace.heldUntil - clock.now();
}

/** Returns the answer of a success, or why there is none. */
async function tryOnce(
  call: CloudflareCall,
  connection: Connection,
): Promise<CloudflareAnswer | CloudflareError> {
  const timeoutMs = TIMEOUT_MS + (call.body?.length ?? 0) / SLOWEST_UPLOAD;
  const limit = limitAttempt(timeoutMs, call.signal);
  try {
    const answer = await exchange(call, connection, limit.signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.retryAt !== undefined) connection.pace.holdUntil(answer.retryAt);
    return failedAnswer(call.operation, answer);
  } catch (error) {
    if (call.signal?.aborted === true) throw error;
    if (error instanceof CloudflareError) return error;
    // What `fetch` threw is not passed on, for nobody promises that it holds nothing of the request.
    return new CloudflareError(
      "CLOUDFLARE_UNREACHABLE",
      limit.endedBy() === "time"
        ? `${call.operation}: expected an answer within ${Math.round(timeoutMs)} ms; none came`
        : `${call.operation}: expected an answer of ${new URL(connection.baseUrl).host}; the connection ` +
            "could not be made or ended before; check the network and the address of the API",
    );
  } finally {
    limit.release();
  }
}

async function exchange(
  { operation, method, path, body }: CloudflareCall,
  { baseUrl, authorization, fetch: send, clock }: Connection,
  signal: AbortSignal,
): Promise<CloudflareAnswer> {
  const response = await send(`${baseUrl}${path}`, {
    method,
    headers: {
      authorization,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    // A redirect would take the token to a place nobody chose.
    redirect: "manual",
    signal,
    ...(body === undefined ? {} : { body }),
  });
  const retryAt = parseRetryAfter(response.headers.get("retry-after"), clock.now());
  const { status } = response;
  const bytes = await readBody(response, MAX_ANSWER_BYTES);
  if (bytes !== undefined) return { status, body: bytes, retryAt };
  const message = `${operation}: expected an answer of at most ${MAX_ANSWER_BYTES} bytes, more came`;
  throw new CloudflareError("CLOUDFLARE_REFUSED", message, { status });
}

function namespaceUrl({ apiUrl, accountId, namespaceId }: CloudflareAccess): string {
  const base = parseApiUrl(apiUrl ?? CLOUDFLARE_API_URL);
  const [account, namespace] = [accountId, namespaceId].map(encodeURIComponent);
  return `${base}/accounts/${account}/storage/kv/namespaces/${namespace}`;
}

function parseApiUrl(text: string): string {
  try {
    return parseApiBaseUrl(text);
  } catch {
    // The text itself may hold a password, so no message repeats it.
    throw new UsageError(
      "CLOUDFLARE_URL_INVALID",
      "address of Cloudflare's API: expected https, or http on this machine, with nothing after the " +
        `path, like ${CLOUDFLARE_API_URL}`,
    );
  }
}

function readToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    "CLOUDFLARE_TOKEN_INVALID",
    "token of Cloudflare's API: expected printable characters without spaces, as Cloudflare shows it once",
  );
}
