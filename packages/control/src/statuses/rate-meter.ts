/** Measures how many a second are done while there is work. */
export interface RateMeter {
  /** There is work from now on, if there was none before. */
  begin(now: number): void;
  /** One is done. */
  count(now: number): void;
  /** Returns how many a second; undefined until a second of work was seen. */
  rate(now: number): number | undefined;
}

/** How long what was counted says something about now, ms. */
const WINDOW_MS = 60_000;

/** What is too short to tell a rate, ms. */
const SHORTEST_MS = 1000;

/** After so long without anything done there was no work, ms: counting begins anew. */
const IDLE_MS = 10_000;

/**
 * Returns a meter; times are milliseconds since 1970. The rate is over the last whole minute and what came
 * after it, so that it neither jumps nor remembers an hour ago.
 */
export function createRateMeter(): RateMeter {
  let before: Counted | undefined;
  let current: Counted = { from: 0, count: 0 };
  let last = Number.NEGATIVE_INFINITY;
  return {
    begin(now) {
      if (now - last <= IDLE_MS) return;
      before = undefined;
      current = { from: now, count: 0 };
      last = now;
    },
    count(now) {
      last = now;
      if (now - current.from >= WINDOW_MS) {
        before = current;
        current = { from: now, count: 0 };
      }
      current = { ...current, count: current.count + 1 };
    },
    rate(now) {
      const tookMs = now - (before ?? current).from;
      const count = (before?.count ?? 0) + current.count;
      return tookMs < SHORTEST_MS || count === 0 ? undefined : (count * 1000) / tookMs;
    },
  };
}

interface Counted {
  readonly from: number;
  readonly count: number;
}
