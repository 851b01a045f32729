import { RetryLater } from "../control-link/decision-client.ts";
import { reconnectDelayMs } from "../control-link/reconnect-delay.ts";

/** How long a batch is tried, ms: after its answer, or its client's end, an invocation lives for 30 seconds. */
export const SEND_MS = 25_000;

/** How often it is tried. */
const ATTEMPTS = 5;

/** Time and chance of an invocation; tests pass their own. */
export interface RetryMeans {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Resolves after so many ms, by a timer of the invocation that is running. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Tries until it works, five times or {@link SEND_MS} at most, with longer and longer pauses, or the one control
 * asks for.
 *
 * @throws what the last attempt threw
 */
export async function sendWithRetries<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { now, random, wait }: RetryMeans,
): Promise<T> {
  const endsAt = now() + SEND_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(AbortSignal.timeout(Math.max(1, endsAt - now())));
    } catch (error) {
      const pauseMs = Math.max(askedToWaitMs(error), reconnectDelayMs(failures, random()));
      if (failures === ATTEMPTS || now() + pauseMs >= endsAt) throw error;
      await wait(pauseMs);
    }
  }
}

function askedToWaitMs(error: unknown): number {
  return error instanceof Error && error.cause instanceof RetryLater ? error.cause.retryAfterMs : 0;
}
