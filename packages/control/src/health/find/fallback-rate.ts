import type { PublicationPlace } from "../../publishing/publishing-means.ts";
import type { AnswerHour } from "../../distribution/answer-hours.ts";
import { HOUR_MS, hourOf } from "../../distribution/answer-hours.ts";
import type { FoundCondition } from "../conditions.ts";

/** When too many answers are fallbacks. */
export interface FallbackLimits {
  /** The share of answers that may be fallbacks or none at all, from 0 to 1; default 0.1. */
  readonly rate: number;
  /** Fewer answers than these say nothing; default 50. */
  readonly leastAnswers: number;
}

/** The defaults of {@link FallbackLimits}. */
const FALLBACK_LIMITS: FallbackLimits = { rate: 0.1, leastAnswers: 50 };

/** The hour that is not over, and the one before. */
const WINDOW_HOURS = 2;

/** Once it stands, it ends only below this part of the limit, so that it does not come and go. */
const ENDS_BELOW = 0.8;

/** What is judged. */
export interface FallbackFacts {
  readonly place: PublicationPlace;
  readonly hours: readonly AnswerHour[];
  /** Whether the app or its offers are paused: then fallbacks are what somebody wanted. */
  readonly isPaused: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Finds out whether too many of the last one to two hours' answers were not what the flow says: another
 * response, or none. What the flow leaves to Apple deliberately, and requests that are not Apple's, do not
 * count.
 */
export function findFallbackRate(
  { place, hours, isPaused, now }: FallbackFacts,
  { rate: limit, leastAnswers }: FallbackLimits = FALLBACK_LIMITS,
): readonly FoundCondition[] {
  const from = hourOf(now) - (WINDOW_HOURS - 1) * HOUR_MS;
  const window = hours.filter(({ hour }) => hour >= from);
  const failed = sum(window, ({ fallback, unavailable }) => fallback + unavailable);
  const requests = failed + sum(window, ({ answered }) => answered);
  const rate = requests === 0 ? 0 : failed / requests;
  const isTelling = requests >= leastAnswers && !isPaused;
  if (isTelling && rate <= limit * ENDS_BELOW) return [];
  // Without answers there is nothing that could go on.
  if (requests === 0) return [];
  return [
    {
      ...place,
      kind: "fallbackRate.exceeded",
      subject: "",
      state: isTelling && rate > limit ? "standing" : "unknown",
      details: { rate: Math.round(rate * 1000) / 1000, limit, requests, failed },
    },
  ];
}

function sum(hours: readonly AnswerHour[], of: (hour: AnswerHour) => number): number {
  return hours.reduce((total, hour) => total + of(hour), 0);
}
