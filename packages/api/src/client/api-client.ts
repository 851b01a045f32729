import { UsageError } from "@holdfast/appstore/errors";
import { checkWhole, parseApiBaseUrl, systemApiClock } from "@holdfast/appstore/http";
import type { ApiClock, ApiFetch } from "@holdfast/appstore/http";
import type { Route } from "../contract/route.ts";
import type { CallInput, Nothing, RouteBody } from "../contract/route-types.ts";
import { attemptCall } from "./attempt-call.ts";
import { buildCall } from "./build-call.ts";
import type { AnyCallInput } from "./build-call.ts";
import { readSuccess } from "./read-success.ts";
import type { AnySuccess } from "./read-success.ts";
import { repeatCall } from "./repeat-call.ts";

/** Milliseconds an attempt may take. */
const TIMEOUT_MS = 30_000;

/** How often a call is tried in all. */
const MAX_ATTEMPTS = 4;

/** Milliseconds a call may spend between its attempts. */
const LONGEST_WAIT_MS = 60_000;

/** What a client is made from. */
export interface ApiClientOptions {
  /** Where the API is, without `/v1`: https, or http on this machine. */
  readonly baseUrl: string;
  /** The bearer token, or what returns it for each attempt; without it the browser's cookie speaks. */
  readonly token?: string | (() => Promise<string>) | undefined;
  /** Default: the host's. */
  readonly fetch?: ApiFetch | undefined;
  /** Default: the host's. */
  readonly clock?: ApiClock | undefined;
  /** From 0 up to but not including 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Makes an Idempotency-Key; default: a random UUID. */
  readonly newKey?: (() => string) | undefined;
  /** Milliseconds an attempt may take, the answer's body included; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is tried in all; default 4; 1 means no repetition. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds a call may spend between its attempts, in all; default 60,000. */
  readonly longestWaitMs?: number | undefined;
}

/** The input of a call; left out where nothing in it must be given. */
export type CallArguments<R extends Route> =
  Nothing extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>];

/** A success: its body, and the ETag of operations that have one. */
export type CallResult<R extends Route> = R extends { readonly etag: "conditional" }
  ?
      | { readonly isUnchanged: true; readonly etag: string | undefined }
      | { readonly isUnchanged: false; readonly body: RouteBody<R>; readonly etag: string }
  : {
      readonly body: RouteBody<R>;
      readonly etag: R extends { readonly etag: "returned" }
        ? string
        : R extends { readonly etag: "required" }
          ? RouteBody<R> extends undefined
            ? undefined
            : string
          : undefined;
    };

/** An entry of an operation's pages. */
export type PageItem<R extends Route> =
  RouteBody<R> extends { readonly items: readonly (infer Item)[] } ? Item : never;

/** An operation that answers pages. */
export type PagedRoute = Route & { readonly isPaged: true };

/** Calls the operations of one server as one caller. */
export interface ApiClient {
  /**
   * Calls an operation and returns its success.
   *
   * Repeated, waiting as Retry-After says, are calls that failed for a passing reason, where repeating can
   * do nothing twice: see {@link repeatCall}. A creation's Idempotency-Key stays the same meanwhile.
   *
   * @throws ApiCallError with the server's code, or one of ours
   * @throws UsageError `PATH_SEGMENT_INVALID`; `ROUTE_IS_STREAM` for server-sent events
   */
  call<R extends Route>(route: R, ...input: CallArguments<R>): Promise<CallResult<R>>;
  /**
   * Returns the entries of all pages, each page asked for when its turn comes; `query.limit` is the size of
   * a page, and `query.cursor` where to begin.
   *
   * @throws ApiCallError as {@link ApiClient.call}
   */
  items<R extends PagedRoute>(route: R, ...input: CallArguments<R>): AsyncIterable<PageItem<R>>;
}

/**
 * Returns a client. It follows no redirect, and shows the token to nobody but `baseUrl`.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const settings = readSettings(options);
  const send = (route: Route, input: AnyCallInput): Promise<AnySuccess> =>
    sendCall(route, input, settings);
  return {
    async call(route, ...[input]) {
      // Both types are computed from the operation, and what is sent and read is made from it too; the
      // compiler cannot follow before it knows which.
      return (await send(route, input ?? {})) as never;
    },
    items(route, ...[input]) {
      // As above.
      return itemsOf(route, input ?? {}, send) as AsyncIterable<never>;
    },
  };
}

type Settings = ReturnType<typeof readSettings>;

function readSettings(options: ApiClientOptions) {
  const { token } = options;
  return {
    baseUrl: parseApiBaseUrl(options.baseUrl),
    token: typeof token === "function" ? token : () => Promise.resolve(token),
    fetch: options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
    clock: options.clock ?? systemApiClock,
    random: options.random ?? Math.random,
    newKey: options.newKey ?? (() => crypto.randomUUID()),
    timeoutMs: checkWhole("timeoutMs", options.timeoutMs ?? TIMEOUT_MS, 1),
    maxAttempts: checkWhole("maxAttempts", options.maxAttempts ?? MAX_ATTEMPTS, 1),
    longestWaitMs: checkWhole("longestWaitMs", options.longestWaitMs ?? LONGEST_WAIT_MS, 0),
  };
}

async function sendCall(
  route: Route,
  input: AnyCallInput,
  settings: Settings,
): Promise<AnySuccess> {
  if (route.success.events !== undefined) {
    throw new UsageError(
      "ROUTE_IS_STREAM",
      `${route.operationId}: expected an operation that ends, got a stream of events; read it with fetch`,
    );
  }
  const call = buildCall(route, input, settings);
  const options = { ...settings, signal: input.signal };
  const answer = await repeatCall(route, () => attemptCall(route, call, options), options);
  return readSuccess(route, answer);
}

async function* itemsOf(
  route: Route,
  input: AnyCallInput,
  send: (route: Route, input: AnyCallInput) => Promise<AnySuccess>,
): AsyncGenerator {
  let cursor = input.query?.["cursor"];
  do {
    const query = { ...input.query, ...(cursor === undefined ? {} : { cursor }) };
    const { body } = await send(route, { ...input, query });
    // The operation is paged: defineRoute() saw to its body, and readSuccess() read it.
    const { items, nextCursor } = body as { items: readonly unknown[]; nextCursor?: string };
    yield* items;
    cursor = nextCursor;
  } while (cursor !== undefined);
}
