import { RetryLater } from "../control-link/decision-client.ts";
import { reconnectDelayMs } from "../control-link/reconnect-delay.ts";

/** How long a batch is tried, ms: after its answer, or its client's end, an invocation lives for 30 seconds. */
export const SEND_MS = 25_000;

/**
 * How long one attempt may take, ms: a connection to a process that died says nothing, and another one may be there.
 * What had arrived all the same comes twice, which control notices.
 */
const ATTEMPT_MS = 10_000;

/**
 * The longest pause between two attempts, ms: a control that is back is found before the time is over. That makes
 * some fifteen attempts at most, of the 50 requests an invocation has where nothing is paid
 * (developers.cloudflare.com/workers/platform/limits).
 */
const LONGEST_PAUSE_MS = 4000;

/** Time and chance of an invocation; tests pass their own. */
export interface RetryMeans {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Resolves after so many ms, by a timer of the invocation that is running. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Returns a signal that aborts after so many ms; default `AbortSignal.timeout`. */
  readonly timeout?: (milliseconds: number) => AbortSignal;
}

/**
 * Tries until it works, for {@link SEND_MS} at most, with longer and longer pauses, or the one control asks for.
 *
 * @throws what the last attempt threw
 */
export async function sendWithRetries<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { now, random, wait, timeout = (ms) => AbortSignal.timeout(ms) }: RetryMeans,
): Promise<T> {
  const endsAt = now() + SEND_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(timeout(Math.max(1, Math.min(ATTEMPT_MS, endsAt - now()))));
    } catch (error) {
      const pauseMs = Math.max(askedToWaitMs(error), pauseAfter(failures, random()));
      if (now() + pauseMs >= endsAt) throw error;
      await wait(pauseMs);
    }
  }
}

/** Of a longest pause a random half to whole, too: isolates that lost control together do not come back together. */
function pauseAfter(failures: number, random: number): number {
  return Math.min(reconnectDelayMs(failures, random), LONGEST_PAUSE_MS * (0.5 + random / 2));
}

function askedToWaitMs(error: unknown): number {
  return error instanceof Error && error.cause instanceof RetryLater ? error.cause.retryAfterMs : 0;
}
