import type { ExposureHistory } from "./subject.ts";

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/**
 * How long after the first exposure a cooldown starts: a request is a view of the page, not an
 * impression, so the rule answers again until then.
 */
export const COOLDOWN_GRACE_MS = 24 * 3_600_000;

/**
 * Tells whether a rule is cooling down: from 24 h after the cycle's first exposure, or from a
 * redemption at once, for the given days.
 *
 * @param cooldownMs the rule's cooldown in milliseconds
 * @param at milliseconds since 1970
 */
export function isCoolingDown(
  history: ExposureHistory | undefined,
  cooldownMs: number,
  at: number,
): boolean {
  if (history === undefined) return false;
  if (history.redeemedAt !== undefined && at < history.redeemedAt + cooldownMs) return true;
  const startsAt = history.firstAt + COOLDOWN_GRACE_MS;
  return at >= startsAt && at < startsAt + cooldownMs;
}

/**
 * Returns the history after one more exposure. Past the end of a cooldown a new cycle starts:
 * `firstAt` becomes this exposure. Without a cooldown there is one cycle for ever.
 *
 * @param cooldownMs the rule's cooldown in milliseconds, `undefined` when it has none
 */
export function addExposure(
  history: ExposureHistory | undefined,
  at: number,
  cooldownMs: number | undefined,
): ExposureHistory {
  if (history === undefined) return { count: 1, firstAt: at, lastAt: at };
  const endsAt =
    cooldownMs === undefined ? Infinity : history.firstAt + COOLDOWN_GRACE_MS + cooldownMs;
  return {
    ...history,
    count: history.count + 1,
    firstAt: at >= endsAt ? at : history.firstAt,
    lastAt: Math.max(history.lastAt, at),
  };
}
