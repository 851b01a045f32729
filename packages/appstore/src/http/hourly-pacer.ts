import { UsageError } from "../errors/index.ts";
import type { ApiClock } from "./clock.ts";
import type { AcquireOptions, Pacer } from "./pacer.ts";

const HOUR_MS = 3_600_000;

/** The share of an hour's limit that may be sent at once. */
const BURST_SHARE = 0.1;

/** What a pacer is made from. */
export interface HourlyPacerOptions {
  readonly clock: ApiClock;
  /** How many calls of an operation an hour may see, at least 2. */
  readonly limitPerHour: (operation: string) => number;
}

/**
 * Returns a pacer with which no hour, wherever it begins, sees more calls of an operation than its
 * limit.
 *
 * Apple names rates per second but counts per hour, and does not say where its hours begin. A bucket
 * that holds a tenth of the limit and is refilled at the rate of the other nine tenths gives any hour
 * at most a tenth and nine tenths: the whole. The tenth lets a few calls through at once, which is
 * all that most work needs; the price is a tenth of the rate in long work.
 *
 * Waiting calls of one operation go roughly in their order. Calls of other programs are not known
 * here, so Apple may still answer 429.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export function createHourlyPacer({ clock, limitPerHour }: HourlyPacerOptions): Pacer {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (operation: string): Bucket => {
    const known = buckets.get(operation);
    if (known !== undefined) return known;
    const bucket = createBucket(limitPerHour(operation));
    buckets.set(operation, bucket);
    return bucket;
  };
  return {
    async acquire(operation, options = {}) {
      const bucket = bucketOf(operation);
      for (let wait = bucket.take(clock.now()); wait > 0; wait = bucket.take(clock.now())) {
        await waitFor(wait, clock, options);
      }
    },
  };
}

async function waitFor(ms: number, clock: ApiClock, options: AcquireOptions): Promise<void> {
  options.onWait?.(clock.now() + ms);
  await clock.sleep(ms, options.signal);
}

interface Bucket {
  /** Takes one call and returns 0, or takes none and returns the milliseconds until there is one. */
  take(now: number): number;
}

/** A token bucket, kept as the one moment at which it will be full again. */
function createBucket(limit: number): Bucket {
  if (!(limit >= 2)) {
    throw new UsageError("PACER_LIMIT_INVALID", `calls per hour: expected 2 or more, got ${limit}`);
  }
  const burst = Math.max(1, Math.floor(limit * BURST_SHARE));
  const intervalMs = HOUR_MS / (limit - burst);
  const capacityMs = burst * intervalMs;
  let fullAt = Number.NEGATIVE_INFINITY;
  return {
    take(now) {
      // Later than an empty bucket would be full: the clock was set back. It counts as empty.
      fullAt = Math.min(Math.max(fullAt, now), now + capacityMs);
      const wait = Math.ceil(fullAt + intervalMs - capacityMs - now);
      if (wait > 0) return wait;
      fullAt += intervalMs;
      return 0;
    },
  };
}
