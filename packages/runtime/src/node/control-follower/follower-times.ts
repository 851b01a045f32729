/** Time and chance, as the follower sees them; tests pass their own. */
export interface FollowerTimes {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many ms, or as soon as the signal aborts. Never rejects. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to, not including, 1. */
  random(): number;
}

/** The machine's own. Waiting does not keep the process alive. */
export const SYSTEM_TIMES: FollowerTimes = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds).unref();
      signal.addEventListener("abort", end);
    }),
};
