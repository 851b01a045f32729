import { backoffMs } from "@holdfast/appstore/http";
import type { ApiClock } from "@holdfast/appstore/http";
import type { Route } from "../contract/route.ts";
import { isApiErrorCode } from "../errors/api-error-codes.ts";
import { ApiCallError } from "./api-call-error.ts";

/** How a call is repeated. */
export interface RepeatOptions {
  readonly clock: ApiClock;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** How often in all. */
  readonly maxAttempts: number;
  /** Milliseconds to spend waiting, in all. */
  readonly longestWaitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Statuses that pass by themselves, whoever in between gave them. */
const PASSING_STATUSES: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);

/** What may be gone a moment later, with no harm in asking again. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "API_UNREACHABLE",
  "API_TIMEOUT",
  "REQUEST_IN_PROGRESS",
]);

/**
 * Makes attempts until one succeeds, and returns its result. Repeated are calls that failed for a passing
 * reason, where repeating cannot do anything twice: reads, creations, whose key the server knows, and
 * whatever the server refused with a promise that nothing was done.
 *
 * @throws ApiCallError of the last attempt
 */
export async function repeatCall<Result>(
  route: Route,
  attempt: () => Promise<Result>,
  options: RepeatOptions,
): Promise<Result> {
  let waitLeftMs = options.longestWaitMs;
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiCallError) || !mayRepeat(route, error)) throw error;
      const waitMs = waitOf(error, number, options);
      if (number >= options.maxAttempts || waitMs > waitLeftMs) throw error;
      waitLeftMs -= waitMs;
      await sleep(route, waitMs, options);
    }
  }
}

function mayRepeat(route: Route, { code, status }: ApiCallError): boolean {
  if (code === "RATE_LIMITED" || code === "UNAVAILABLE") return true;
  const isHarmless = route.method === "GET" || route.isCreation === true;
  // A code of the server's is its last word: its 502 speaks of Apple, not of itself.
  const isPassing = !isApiErrorCode(code) && PASSING_STATUSES.has(status);
  return isHarmless && (isPassing || PASSING_CODES.has(code));
}

/** Until the moment the server named, but not at once. */
function waitOf(error: ApiCallError, number: number, { clock, random }: RepeatOptions): number {
  return Math.max(backoffMs(number, random), (error.retryAt ?? 0) - clock.now());
}

async function sleep(
  { operationId }: Route,
  waitMs: number,
  { clock, signal }: RepeatOptions,
): Promise<void> {
  try {
    await clock.sleep(waitMs, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    throw new ApiCallError("API_ABORTED", { operationId, message: "the caller ended it" });
  }
}
