const FIRST_MS = 1000;

/** The longest a job waits for its next try, ms. */
export const MAX_RETRY_DELAY_MS = 15 * 60_000;

/**
 * Returns how long to wait after failed attempt `attempt` (1, 2, 3 …), in ms: a second, doubled each
 * time, at most a quarter of an hour, and of that a random half to whole, so that what failed together
 * does not come back together.
 *
 * @param random - from 0 up to, not including, 1
 */
export function retryDelayMs(attempt: number, random: number): number {
  const longest = Math.min(MAX_RETRY_DELAY_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(longest * (0.5 + random / 2));
}
