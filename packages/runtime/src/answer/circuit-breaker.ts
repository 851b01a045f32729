/** Keeps a failing dependency from costing every request its time. */
export interface CircuitBreaker {
  /** Whether to try; while open, one probe is let through per pause. */
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
  /** Milliseconds until the next probe; default 5,000. */
  readonly pauseMs?: number;
}

/** Makes a closed breaker. */
export function createCircuitBreaker(
  elapsed: () => number,
  { failures = 5, pauseMs = 5000 }: CircuitBreakerOptions = {},
): CircuitBreaker {
  let inARow = 0;
  let probeAt = 0;
  let opened = 0;
  const isOpen = (): boolean => inARow >= failures;
  return {
    allows() {
      if (!isOpen()) return true;
      const now = elapsed();
      if (now < probeAt) return false;
      probeAt = now + pauseMs;
      return true;
    },
    succeeded() {
      inARow = 0;
    },
    failed() {
      inARow += 1;
      if (inARow === failures) opened += 1;
      if (isOpen()) probeAt = elapsed() + pauseMs;
    },
    state: () => ({ isOpen: isOpen(), opened }),
  };
}
