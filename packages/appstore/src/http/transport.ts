import { PolicyError } from "../errors/index.ts";
import { AppleApiError } from "./apple-api-error.ts";
import type { CallEffect } from "./apple-api-error.ts";
import { isRead } from "./api-request.ts";
import type { ApiAnswer, ApiRequest } from "./api-request.ts";
import { parseAppleErrorObject } from "./apple-error-object.ts";
import { backoffMs } from "./backoff.ts";
import { parseApiBaseUrl } from "./base-url.ts";
import { checkWhole } from "./calling-options.ts";
import type { ApiCallingOptions, ApiWait } from "./calling-options.ts";
import { systemApiClock } from "./clock.ts";
import { exchange } from "./exchange.ts";
import type { ExchangeContext } from "./exchange.ts";
import { abortedError } from "./failures.ts";
import type { DescribeError } from "./failures.ts";
import type { Pacer } from "./pacer.ts";
import { createRequestUrl } from "./request-url.ts";

/** Milliseconds an attempt may take. */
const TIMEOUT_MS = 30_000;

/** How often a call is tried in all. */
const MAX_ATTEMPTS = 4;

/** Milliseconds a call may spend between its attempts. */
const LONGEST_WAIT_MS = 60_000;

/** What a transport is made from. */
export interface ApiTransportOptions extends ApiCallingOptions {
  /** See {@link parseApiBaseUrl}. */
  readonly baseUrl: string;
  /** Returns the bearer token for one attempt. */
  readonly token: () => Promise<string>;
  /** Default: calls are not paced. */
  readonly pacer?: Pacer | undefined;
  /** Default: the `errorCode` and `errorMessage` of the StoreKit hosts. */
  readonly describeError?: DescribeError | undefined;
}

/** Sends the calls of one API with one key. */
export interface ApiTransport {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /**
   * Sends a call until it succeeds, and returns its answer.
   *
   * Repeated are calls that failed for a passing reason (429, 5xx, no answer in time, no connection
   * or a lost one), if they only read, are idempotent, or cannot have been carried out, as with
   * 429. An error's `effect` speaks of all attempts together.
   *
   * @throws AppleApiError
   * @throws PolicyError `READ_ONLY` before anything is sent
   * @throws UsageError `PATH_SEGMENT_INVALID`
   */
  send(request: ApiRequest): Promise<ApiAnswer>;
}

/**
 * Returns a transport. It follows no redirects, and bodies longer than 16 MiB are refused.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createApiTransport(options: ApiTransportOptions): ApiTransport {
  const settings = readSettings(options);
  const { baseUrl, readOnly } = settings;
  return {
    baseUrl,
    async send(request) {
      if (readOnly && !isRead(request)) {
        throw new PolicyError(
          "READ_ONLY",
          `${request.operation}: this client is read-only; expected a call that changes nothing at Apple`,
        );
      }
      return sendUntilDone(request, settings);
    },
  };
}

interface Settings extends Omit<ExchangeContext, "url"> {
  readonly baseUrl: string;
  readonly random: () => number;
  readonly maxAttempts: number;
  readonly longestWaitMs: number;
  readonly readOnly: boolean;
  readonly pacer: Pacer | undefined;
  readonly onWait: (wait: ApiWait) => void;
}

function readSettings(options: ApiTransportOptions): Settings {
  return {
    baseUrl: parseApiBaseUrl(options.baseUrl),
    token: options.token,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock: options.clock ?? systemApiClock,
    random: options.random ?? Math.random,
    timeoutMs: checkWhole("timeoutMs", options.timeoutMs ?? TIMEOUT_MS, 1),
    maxAttempts: checkWhole("maxAttempts", options.maxAttempts ?? MAX_ATTEMPTS, 1),
    longestWaitMs: checkWhole("longestWaitMs", options.longestWaitMs ?? LONGEST_WAIT_MS, 0),
    readOnly: options.readOnly ?? false,
    userAgent: options.userAgent ?? "holdfast",
    pacer: options.pacer,
    describeError: options.describeError ?? (({ body }) => parseAppleErrorObject(body) ?? {}),
    onWait: options.onWait ?? (() => {}),
  };
}

async function sendUntilDone(request: ApiRequest, settings: Settings): Promise<ApiAnswer> {
  const { clock, maxAttempts, onWait } = settings;
  const { operation, signal } = request;
  const context = contextOf(request, settings);
  let effect: CallEffect = "none";
  let waitLeftMs = settings.longestWaitMs;
  for (let attempt = 1; ; attempt += 1) {
    await whileWanted(request, effect, () => keepPace(request, settings, attempt));
    const outcome = await tryOnce(request, context);
    if (!(outcome instanceof AppleApiError)) return outcome;
    // What an earlier attempt may have done is not undone by a later one's refusal.
    const failure: AppleApiError = effect === "none" ? outcome : outcome.withFacts({ effect });
    effect = failure.effect;
    const until = retryMoment(failure, attempt, settings);
    const waitMs = until - clock.now();
    if (!failure.retryable || attempt >= maxAttempts || waitMs > waitLeftMs) throw failure;
    waitLeftMs -= waitMs;
    onWait({ operation, reason: "retry", until, attempt: attempt + 1 });
    await whileWanted(request, effect, () => clock.sleep(waitMs, signal));
  }
}

function contextOf(request: ApiRequest, settings: Settings): ExchangeContext {
  return {
    ...settings,
    url: createRequestUrl(settings.baseUrl, request),
    timeoutMs: checkWhole("timeoutMs", request.timeoutMs ?? settings.timeoutMs, 1),
  };
}

/** Returns the answer or why there is none; throws what is no failure of Apple's or the network's. */
async function tryOnce(
  request: ApiRequest,
  context: ExchangeContext,
): Promise<ApiAnswer | AppleApiError> {
  try {
    return await exchange(request, context);
  } catch (error) {
    if (error instanceof AppleApiError) return error;
    throw error;
  }
}

async function keepPace(
  { operation, signal }: ApiRequest,
  { pacer, onWait }: Settings,
  attempt: number,
): Promise<void> {
  await pacer?.acquire(operation, {
    signal,
    onWait: (until) => onWait({ operation, reason: "pace", until, attempt }),
  });
}

/** Waits, and says it in our words when the caller ends the waiting. */
async function whileWanted(
  request: ApiRequest,
  effect: CallEffect,
  wait: () => Promise<void>,
): Promise<void> {
  try {
    await wait();
  } catch (error) {
    throw request.signal?.aborted === true ? abortedError(request, effect) : error;
  }
}

/** When the next attempt may be: when Apple says, but not at once. */
function retryMoment(failure: AppleApiError, attempt: number, settings: Settings): number {
  const backoffEnds = settings.clock.now() + backoffMs(attempt, settings.random);
  return Math.max(backoffEnds, failure.retryAt ?? 0);
}
