/** The two times a host tells. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since some fixed moment; never goes back. */
  readonly elapsed: () => number;
}

/** The host's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
