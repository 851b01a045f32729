import type { Clock } from "@holdfast/emulator";

/** The machine's clock, which can be moved ahead. */
export interface MovedClock extends Clock {
  /** Moves ahead by `milliseconds`: who slept until then wakes up. */
  advance(milliseconds: number): void;
  /** How many sleep. */
  sleepers(): number;
}

/** As long as timers can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Returns a clock that goes with the machine's and a little ahead of it: as far as it was moved. */
export function createMovedClock(): MovedClock {
  let ahead = 0;
  const sleepers = new Set<() => void>();
  const elapsed = (): number => performance.now() + ahead;
  return {
    now: () => Date.now() + ahead,
    elapsed,
    sleepers: () => sleepers.size,
    sleep(milliseconds, signal) {
      const until = elapsed() + milliseconds;
      return new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          sleepers.delete(look);
          signal?.removeEventListener("abort", abort);
        };
        const look = (): void => {
          if (elapsed() < until) return;
          end();
          resolve();
        };
        const abort = (): void => {
          end();
          // What a signal is aborted with is an error, unless somebody says otherwise.
          reject(signal?.reason as Error);
        };
        const timer = setTimeout(
          () => {
            end();
            resolve();
          },
          Math.min(milliseconds, LONGEST_TIMER_MS),
        );
        timer.unref();
        sleepers.add(look);
        signal?.addEventListener("abort", abort);
        if (signal?.aborted === true) abort();
      });
    },
    advance(milliseconds) {
      ahead += milliseconds;
      for (const look of Array.from(sleepers)) look();
    },
  };
}
