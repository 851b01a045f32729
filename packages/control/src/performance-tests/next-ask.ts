import { REQUESTS_PER_SECOND, SANDBOX_RATE_SHARE } from "@holdfast/appstore/retention-messaging";

/** The fewest ms between two calls that Apple's rate allows an app in the sandbox: ten seconds. */
const RATE_MS = 1000 / (REQUESTS_PER_SECOND * SANDBOX_RATE_SHARE);

/** Half the rate, so that others who ask for results with the same app find room. */
const EARLY_EVERY_MS = 2 * RATE_MS;

/** A test is over in minutes as a rule; one that is not is asked for less often. */
const EARLY_MS = 10 * 60_000;
const LATE_EVERY_MS = 60_000;

/** Vendors saw tests take up to an hour. */
const PENDING_MS = 60 * 60_000;

/** How long a test is asked for where Apple does not answer, ms. */
const UNANSWERED_MS = 24 * 3_600_000;

/** How the asking for a test's result went last. */
export interface LastAsk {
  /** When the test was begun, milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether Apple answered, with PENDING or that it knows no such test. */
  readonly isAnswered: boolean;
  /** Before when Apple wants no call, milliseconds since 1970. */
  readonly retryAt?: number | undefined;
}

/** Returns when Apple is asked first for the result of a test that begins now. */
export function firstAskAt(now: number): number {
  return now + EARLY_EVERY_MS;
}

/**
 * Returns when Apple is asked next for the result of a test that has not ended, milliseconds since 1970;
 * null when it is not asked any more: it said PENDING for an hour, or nothing for a day.
 */
export function nextAskAt({ startedAt, now, isAnswered, retryAt = 0 }: LastAsk): number | null {
  const age = now - startedAt;
  if (age >= (isAnswered ? PENDING_MS : UNANSWERED_MS)) return null;
  const everyMs = isAnswered && age < EARLY_MS ? EARLY_EVERY_MS : LATE_EVERY_MS;
  return Math.max(now + everyMs, retryAt);
}
