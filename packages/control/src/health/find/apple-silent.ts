import { HOUR_MS } from "../../distribution/answer-hours.ts";
import type { AnswerHour } from "../../distribution/answer-hours.ts";
import type { PublicationPlace } from "../../publishing/publishing-means.ts";
import type { FoundCondition } from "../conditions.ts";

/** When Apple is taken for silent. */
export interface SilenceLimits {
  /** Silence is never shorter than this, ms; default 3 hours. */
  readonly leastMs: number;
  /** Nor shorter than so many times the longest gap of the week before; default 3. */
  readonly timesLongestGap: number;
  /** So many requests in that week are needed to know what is usual; default 20. */
  readonly leastRequests: number;
}

/** The defaults of {@link SilenceLimits}. */
const SILENCE_LIMITS: SilenceLimits = {
  leastMs: 3 * HOUR_MS,
  timesLongestGap: 3,
  leastRequests: 20,
};

/** What is usual is learnt from the week before the last request. */
const WEEK_MS = 7 * 24 * HOUR_MS;

/** And not from less than a day of it: nights are quiet. */
const LEAST_KNOWN_MS = 24 * HOUR_MS;

/** What is judged. */
export interface SilenceFacts {
  readonly place: PublicationPlace;
  readonly hours: readonly AnswerHour[];
  /** Whether a runtime that counts reports for the place: otherwise the silence is ours. */
  readonly isHeard: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Finds out whether Apple, after requests came regularly, asks no more: for three times longer than its
 * longest silence of the week before, and for three hours at least. Only in production; in the sandbox
 * nothing comes regularly.
 */
export function findSilence(
  { place, hours, isHeard, now }: SilenceFacts,
  limits: SilenceLimits = SILENCE_LIMITS,
): readonly FoundCondition[] {
  if (place.environment !== "production") return [];
  const lastRequestAt = Math.max(0, ...hours.map((hour) => hour.lastRequestAt));
  const week = hours.filter(
    ({ hour, lastRequestAt: at }) => at > 0 && hour > lastRequestAt - WEEK_MS,
  );
  const [first] = week;
  const requests = week.reduce((total, hour) => total + requestsOf(hour), 0);
  const knownMs = lastRequestAt - (first?.hour ?? lastRequestAt);
  if (requests < limits.leastRequests || knownMs < LEAST_KNOWN_MS) return [];
  const longestGapMs = longestGap(week);
  const longMs = Math.max(limits.leastMs, limits.timesLongestGap * longestGapMs);
  if (now - lastRequestAt <= longMs) return [];
  const state = isHeard ? "standing" : "unknown";
  const details = { lastRequestAt, longestGapMs };
  return [{ ...place, kind: "apple.silent", subject: "", state, details }];
}

/** Hours are as exact as it gets: a gap is from the end of one to the end of the next that had requests. */
function longestGap(week: readonly AnswerHour[]): number {
  const gaps = week.slice(1).map(({ hour }, index) => hour - (week[index]?.hour ?? hour));
  return Math.max(HOUR_MS, ...gaps);
}

function requestsOf({ answered, fallback, deferred }: AnswerHour): number {
  return answered + fallback + deferred;
}
