const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What is waited after each failed attempt, ms: a day in all, growing as the specification suggests. */
const DELAYS_MS = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  8 * HOUR_MS,
  8 * HOUR_MS,
] as const;

/** Up to this share of a delay is added or taken away, so that what failed together does not come back together. */
const JITTER = 0.2;

/** The longest that a receiver can ask to be left alone, ms. */
const MAX_WISH_MS = 8 * HOUR_MS;

/** A failed attempt. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** From 0 up to, not including, 1. */
  readonly random: number;
  /** How long the receiver wants to be left alone, ms. */
  readonly retryAfterMs?: number | undefined;
}

/** Returns how long to wait after a failed attempt, in ms; undefined where there is no next one. */
export function nextDelayMs({
  attempt,
  random,
  retryAfterMs = 0,
}: FailedAttempt): number | undefined {
  const delay = DELAYS_MS[attempt - 1];
  if (delay === undefined) return undefined;
  const spread = delay * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(spread, Math.min(retryAfterMs, MAX_WISH_MS)));
}
