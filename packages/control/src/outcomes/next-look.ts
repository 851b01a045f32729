import {
  LONGEST_PERIOD_MS,
  observedWithinMs,
  OUTCOME_MOVES_MS,
  RENEWAL_LOOKS_MS,
  RENEWAL_UNKNOWN_MS,
  WAIT_MS,
  windowTimes,
} from "./outcome-times.ts";
import type { OutcomeUnit } from "./outcome-units.ts";

/** When to look at a unit again. */
export interface NextLook {
  /** Milliseconds since 1970, after now; Infinity for not before something is heard. */
  readonly at: number;
  /** A status would help that Apple signs after this, ms since 1970; absent where none would. */
  readonly wantsSignedAfter?: number;
}

/** Returns when to look at a unit that has just been looked at, and whether a status is wanted for it. */
export function nextLook(
  unit: OutcomeUnit,
  { windowMs, now }: { readonly windowMs: number; readonly now: number },
): NextLook {
  const looks = [lookForOutcome(unit, windowMs, now), lookForRenewal(unit, now)];
  const wanted = looks.flatMap(({ wantsSignedAfter }) => wantsSignedAfter ?? []);
  return {
    at: Math.min(...looks.map(({ at }) => at)),
    ...(wanted.length === 0 ? {} : { wantsSignedAfter: Math.max(...wanted) }),
  };
}

const NEVER: NextLook = { at: Infinity };

function lookForOutcome(
  { outcome, exposed_at }: OutcomeUnit,
  windowMs: number,
  now: number,
): NextLook {
  const closesAt = exposed_at + windowMs;
  if (outcome === "open") {
    const { settleMs, lookAgainMs } = windowTimes(windowMs);
    if (now < closesAt + settleMs) return { at: closesAt + settleMs };
    return {
      at: Math.min(now + lookAgainMs, closesAt + WAIT_MS),
      ...(now <= closesAt + observedWithinMs(windowMs) ? { wantsSignedAfter: closesAt } : {}),
    };
  }
  // Ever more seldom: that notifications came may turn out late, when they are read from Apple's history.
  const again = closesAt + 2 * (now - closesAt);
  const canChange = outcome === "unknown" && again < exposed_at + OUTCOME_MOVES_MS;
  return canChange ? { at: again } : NEVER;
}

function lookForRenewal(
  { renewal, exposed_at, period_ends_at }: OutcomeUnit,
  now: number,
): NextLook {
  if (renewal !== "open") return NEVER;
  if (period_ends_at === null) {
    const at = exposed_at + LONGEST_PERIOD_MS + RENEWAL_UNKNOWN_MS;
    return { at: at > now ? at : Infinity };
  }
  const looks = RENEWAL_LOOKS_MS.map((after) => period_ends_at + after);
  const next = looks.find((at) => at > now);
  const last = looks.findLast((at) => at <= now);
  return { at: next ?? Infinity, ...(last === undefined ? {} : { wantsSignedAfter: last }) };
}
