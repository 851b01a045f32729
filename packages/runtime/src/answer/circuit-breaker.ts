/** Keeps a failing dependency from costing every request its time. */
export interface CircuitBreaker {
  /** Whether to try; while open, one probe is let through per pause, and pauses double while probes fail. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
  state(): CircuitState;
}

/** How a breaker stands. */
interface CircuitState {
  /** Whether requests go without the dependency, but for probes. */
  readonly isOpen: boolean;
  /** How often it opened since the start. */
  readonly opened: number;
}

/** When a breaker opens and how long it stays open. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open it; default 5. */
  readonly failures?: number;
  /** Milliseconds until the first probe: one stall makes several late at once; default 250. */
  readonly pauseMs?: number;
  /** The most milliseconds until the next one; default 5,000. */
  readonly longestPauseMs?: number;
}

/** Makes a closed breaker. */
export function createCircuitBreaker(
  elapsed: () => number,
  { failures = 5, pauseMs = 250, longestPauseMs = 5000 }: CircuitBreakerOptions = {},
): CircuitBreaker {
  let inARow = 0;
  let probeAt = 0;
  let opened = 0;
  let nextPauseMs = pauseMs;
  let isProbing = false;
  const isOpen = (): boolean => inARow >= failures;
  const pause = (): void => {
    probeAt = elapsed() + nextPauseMs;
    nextPauseMs = Math.min(2 * nextPauseMs, longestPauseMs);
    isProbing = false;
  };
  return {
    allows() {
      if (!isOpen()) return true;
      const now = elapsed();
      if (now < probeAt) return false;
      // Whoever never tells how it ended is no reason to wait for ever.
      probeAt = now + nextPauseMs;
      isProbing = true;
      return true;
    },
    succeeded() {
      inARow = 0;
    },
    failed() {
      inARow += 1;
      if (inARow === failures) {
        opened += 1;
        nextPauseMs = pauseMs;
        pause();
      } else if (isProbing && isOpen()) pause();
    },
    state: () => ({ isOpen: isOpen(), opened }),
  };
}
