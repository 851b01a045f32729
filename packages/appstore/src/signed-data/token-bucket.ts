/** Lets through so many per second, and as many at once after a quiet second. */
export interface TokenBucket {
  /** Takes one token; false when there is none. */
  take(): boolean;
}

/**
 * Makes a full bucket that holds one second's worth, and at least one token.
 *
 * @param now - milliseconds; a clock that is set back adds nothing
 */
export function createTokenBucket(perSecond: number, now: () => number): TokenBucket {
  const capacity = perSecond > 0 ? Math.max(1, perSecond) : 0;
  let tokens = capacity;
  let filledAt = now();
  return {
    take() {
      const time = now();
      const added = (Math.max(0, time - filledAt) / 1000) * perSecond;
      tokens = Math.min(capacity, tokens + added);
      filledAt = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
