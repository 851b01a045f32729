import type { Clock } from "../clock/clock.ts";

/** A clock on which sleeping takes no time: it moves ahead instead. */
export interface ManualClock extends Clock {
  /** Moves ahead by `milliseconds`. */
  advance(milliseconds: number): void;
  /** How long each sleep was asked to be. */
  readonly sleeps: readonly number[];
}

/** Returns a clock that stands at `start`, in milliseconds since 1970, until it is moved. */
export function createManualClock(start = Date.now()): ManualClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    elapsed: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
      await Promise.resolve();
    },
  };
}
