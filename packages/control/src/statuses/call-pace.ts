import type { JobTimes } from "../jobs/index.ts";

/** Lets calls through no faster than so many a second. */
export interface CallPace {
  /** Resolves when a call may be made, and counts it; as soon as the signal aborts, too. */
  take(signal: AbortSignal): Promise<void>;
}

/**
 * Returns a pace that spreads calls evenly: after a pause at most one second's calls come at once, which
 * no hour's limit minds.
 *
 * @param perSecond - more than 0; less than 1 is fine
 */
export function createCallPace(perSecond: number, times: JobTimes): CallPace {
  const intervalMs = 1000 / perSecond;
  const burstMs = Math.max(0, 1000 - intervalMs);
  let next = Number.NEGATIVE_INFINITY;
  return {
    async take(signal) {
      const now = times.now();
      // Far ahead only where the clock was set back.
      const planned = next > now + 3_600_000 ? now : next;
      const at = Math.max(planned, now - burstMs);
      next = at + intervalMs;
      if (at > now) await times.wait(at - now, signal);
    },
  };
}
