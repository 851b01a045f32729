import { setImmediate as otherWork } from "node:timers/promises";
import type { ApiClock } from "../index.ts";

/** A clock on which sleeping takes no time: it moves ahead instead. */
export interface ManualClock extends ApiClock {
  /** How long each sleep was asked to be, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Moves ahead, or back. */
  readonly advance: (ms: number) => void;
}

/** Returns a clock that stands at `start`, in milliseconds since 1970, until something sleeps. */
export function createManualClock(start = 1_763_715_600_000): ManualClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}

/** Returns a clock on which a sleep ends only by its signal. */
export function createStandingClock(start = 1_763_715_600_000): ApiClock {
  return {
    now: () => start,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => reject(new Error("the sleep was aborted"));
        if (signal?.aborted === true) stop();
        signal?.addEventListener("abort", stop);
      }),
  };
}

/** A clock for work that sleeps side by side. */
export interface SteppedClock extends ApiClock {
  /** Goes from the end of one sleep to the next until nothing sleeps any more. */
  readonly run: () => Promise<void>;
}

/** Returns a clock that moves only while it is run. */
export function createSteppedClock(start = 1_763_715_600_000): SteppedClock {
  let now = start;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ until: now + ms, wake });
      }),
    run: async () => {
      await otherWork();
      while (sleepers.length > 0) {
        sleepers.sort((a, b) => a.until - b.until);
        const next = sleepers.shift();
        now = next?.until ?? now;
        next?.wake();
        await otherWork();
      }
    },
  };
}
