/** The most milliseconds before the second attempt. */
const FIRST_BACKOFF_MS = 1000;

/** The most milliseconds before any attempt. */
const LONGEST_BACKOFF_MS = 20_000;

/**
 * Returns how long to wait after a failed attempt, in milliseconds: anything up to a bound that
 * doubles with every attempt ("full jitter"), so that clients that failed together do not come back
 * together.
 *
 * @param attempt - the number of the attempt that failed, from 1
 * @param random - from 0 up to but not including 1
 */
export function backoffMs(attempt: number, random: () => number): number {
  const bound = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  return Math.floor(random() * bound);
}
