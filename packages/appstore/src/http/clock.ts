/** The times the clients live by; tests bring their own. */
export interface ApiClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds; rejects when the signal is aborted before or meanwhile. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The longest a timer can run; asked for more, it would end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The host's own clock. A sleep of more than 24 days ends after 24 days. */
export const systemApiClock: ApiClock = {
  now: () => Date.now(),
  sleep: sleepOnTimer,
};

async function sleepOnTimer(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new Error("the sleep was aborted"));
    };
    const onTime = (): void => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    const timer = setTimeout(onTime, Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
