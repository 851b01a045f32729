import type { AcquireOptions, ApiClock, Pacer } from "../http/index.ts";
import { parseRateLimit } from "./rate-limit.ts";
import type { ConnectRateLimit } from "./rate-limit.ts";

const HOUR_MS = 3_600_000;
const TOO_MANY_REQUESTS = 429;

/** Below this share of the hour's limit calls slow down. */
const SLOW_SHARE = 0.1;

/** The longest pause before a call: the hour is a rolling one, so more is left again soon. */
const LONGEST_PAUSE_MS = 60_000;

/** A pacer that learns from every answer. */
export interface RateLimitPacer extends Pacer {
  observe(response: Pick<Response, "status" | "headers">): void;
}

/**
 * Returns a pacer that spreads what little remains of a key's calls over an hour, and pauses for a
 * minute after a refusal: App Store Connect tells what remains with every answer, but not when there
 * will be more. While nothing is known, calls are not paced.
 *
 * Other programs with the same key count, too, so Apple may still refuse.
 */
export function createRateLimitPacer(
  clock: ApiClock,
  onRateLimit: (limit: ConnectRateLimit) => void = () => {},
): RateLimitPacer {
  let pauseMs = 0;
  return {
    observe({ status, headers }) {
      const limit = parseRateLimit(headers.get("x-rate-limit"));
      if (limit !== undefined) onRateLimit(limit);
      pauseMs = status === TOO_MANY_REQUESTS ? LONGEST_PAUSE_MS : pauseFor(limit);
    },
    async acquire(_operation: string, { signal, onWait }: AcquireOptions = {}) {
      if (pauseMs === 0) return;
      onWait?.(clock.now() + pauseMs);
      await clock.sleep(pauseMs, signal);
    },
  };
}

function pauseFor(limit: ConnectRateLimit | undefined): number {
  if (limit === undefined || limit.remaining >= limit.limitPerHour * SLOW_SHARE) return 0;
  return Math.min(LONGEST_PAUSE_MS, Math.ceil(HOUR_MS / Math.max(1, limit.remaining)));
}
