import type { JobTimes } from "../job-times.ts";

/** Times that stand still until they are moved. */
export interface ManualTimes extends JobTimes {
  /** Moves ahead and ends the waits that are then over. */
  advance(milliseconds: number): void;
  /** Resolves once somebody waits for so long, counted from when the wait began. */
  untilWaiting(milliseconds: number): Promise<void>;
}

interface Wait {
  readonly milliseconds: number;
  readonly until: number;
  readonly end: () => void;
}

/** Returns times that stand at 1,000,000. Chance is always 0. */
export function createManualTimes(): ManualTimes {
  let now = 1_000_000;
  let waits: readonly Wait[] = [];
  let watchers: readonly { readonly milliseconds: number; readonly resolve: () => void }[] = [];

  function notify(): void {
    const seen = new Set(waits.map(({ milliseconds }) => milliseconds));
    for (const watcher of watchers) if (seen.has(watcher.milliseconds)) watcher.resolve();
    watchers = watchers.filter(({ milliseconds }) => !seen.has(milliseconds));
  }

  return {
    now: () => now,
    random: () => 0,
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wait = { milliseconds, until: now + milliseconds, end: resolve };
        signal.addEventListener("abort", () => {
          waits = waits.filter((other) => other !== wait);
          resolve();
        });
        waits = [...waits, wait];
        notify();
      }),
    advance(milliseconds) {
      now += milliseconds;
      const over = waits.filter(({ until }) => until <= now);
      waits = waits.filter(({ until }) => until > now);
      for (const { end } of over) end();
    },
    untilWaiting: (milliseconds) =>
      new Promise((resolve) => {
        watchers = [...watchers, { milliseconds, resolve }];
        notify();
      }),
  };
}
