import { systemApiClock } from "@holdfast/appstore/http";
import type { ApiClock } from "@holdfast/appstore/http";

/**
 * How many calls five minutes may see. Cloudflare allows a user 1,200, the dashboard's and wrangler's
 * included, and blocks all for five minutes above it; this leaves a sixth to those.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
const CALLS_PER_WINDOW = 1000;

const WINDOW_MS = 300_000;

/** How many calls may come at once. With what is refilled meanwhile, no window sees more than allowed. */
const BURST = 100;

const INTERVAL_MS = WINDOW_MS / (CALLS_PER_WINDOW - BURST);

/** Keeps the calls of one client, or of all that share it, below the limit of the API. */
export interface CallPace {
  /** Returns 0 and counts a call, or counts none and returns the milliseconds until there may be one. */
  take(): number;
  /** Lets no call through before a moment, in milliseconds since 1970. */
  holdUntil(moment: number): void;
  /** The moment until which none is let through; in the past where nothing holds. */
  readonly heldUntil: number;
}

/** Returns a pace: a bucket of 100 calls, refilled at the rate of what is left of the limit. */
export function createCallPace(clock: Pick<ApiClock, "now"> = systemApiClock): CallPace {
  // The bucket, kept as the one moment at which it will be full again.
  let fullAt = 0;
  let heldUntil = 0;
  return {
    take() {
      const now = clock.now();
      if (heldUntil > now) return heldUntil - now;
      // Later than an empty bucket would be full: the clock was set back. It counts as empty.
      fullAt = Math.min(Math.max(fullAt, now), now + BURST * INTERVAL_MS);
      const wait = Math.ceil(fullAt + INTERVAL_MS - BURST * INTERVAL_MS - now);
      if (wait > 0) return wait;
      fullAt += INTERVAL_MS;
      return 0;
    },
    holdUntil(moment) {
      heldUntil = Math.max(heldUntil, moment);
    },
    get heldUntil() {
      return heldUntil;
    },
  };
}
