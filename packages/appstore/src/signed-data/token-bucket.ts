/** Lets through so many per second, and as many at once after a quiet second. */
export interface TokenBucket {
  /** Takes one token; false when there is none. */
  take(): boolean;
}

/**
 * Makes a full bucket that holds one second's worth.
 *
 * @param now - milliseconds; a clock that is set back adds nothing
 */
export function createTokenBucket(perSecond: number, now: () => number): TokenBucket {
  let tokens = perSecond;
  let filledAt = now();
  return {
    take() {
      const time = now();
      if (time > filledAt) tokens = Math.min(perSecond, tokens + ((time - filledAt) / 1000) * perSecond);
      filledAt = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
