const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What is waited after each failed attempt, ms: three days in all; Apple itself gives up after a week. */
const DELAYS_MS = [
  10 * SECOND_MS,
  MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  30 * HOUR_MS,
] as const;

/** Up to this share of a delay is added or taken away, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * Returns how long to wait after failed attempt `attempt` (1, 2, 3 …), in ms; undefined where there is no
 * next one.
 *
 * @param random - from 0 up to, not including, 1
 */
export function forwardDelayMs(attempt: number, random: number): number | undefined {
  const delay = DELAYS_MS[attempt - 1];
  return delay === undefined ? undefined : Math.round(delay * (1 - JITTER + 2 * JITTER * random));
}
