import { decideOutcome } from "./decide-outcome.ts";
import { decideRenewal } from "./decide-renewal.ts";
import type { IsHeard } from "./heard-slots.ts";
import { OUTCOME_MOVES_MS, RENEWAL_MOVES_MS, WAIT_MS, windowTimes } from "./outcome-times.ts";
import { exposureOf } from "./outcome-units.ts";
import type { OutcomeUnit } from "./outcome-units.ts";
import type { Signal } from "./signal.ts";

/** What units are decided by, beside the signals of their subscriptions. */
export interface UnitTerms {
  readonly windowMs: number;
  readonly isHeard: IsHeard;
  /** Milliseconds since 1970, by our clock: only for whether it was long enough ago. */
  readonly now: number;
}

/**
 * Returns a unit as it is by all that is known now. An outcome is open until a while after the window; where
 * nothing tells, three days longer. What was decided long ago stays as it is.
 */
export function decideUnit(
  unit: OutcomeUnit,
  signals: readonly Signal[],
  terms: UnitTerms,
): OutcomeUnit {
  return { ...unit, ...outcomeOf(unit, signals, terms), ...renewalOf(unit, signals, terms.now) };
}

function outcomeOf(
  unit: OutcomeUnit,
  signals: readonly Signal[],
  { windowMs, isHeard, now }: UnitTerms,
): Partial<OutcomeUnit> {
  const { outcome, exposed_at } = unit;
  const closesAt = exposed_at + windowMs;
  const isOpen = { outcome: "open", outcome_at: null } as const;
  if (outcome !== "open" && now >= exposed_at + OUTCOME_MOVES_MS) return {};
  if (now < closesAt + windowTimes(windowMs).settleMs) return isOpen;
  const decided = decideOutcome(exposureOf(unit), signals, {
    windowMs,
    isHeard: isHeard({ from: exposed_at, to: closesAt }),
  });
  if (decided.outcome === "unknown" && now < closesAt + WAIT_MS) return isOpen;
  return { outcome: decided.outcome, outcome_at: decided.at ?? null };
}

function renewalOf(
  { renewal: before, renewal_at, period_ends_at, exposed_at }: OutcomeUnit,
  signals: readonly Signal[],
  now: number,
): Partial<OutcomeUnit> {
  const isSettled = renewal_at !== null && now >= renewal_at + RENEWAL_MOVES_MS;
  if (before !== "open" && isSettled) return {};
  const { renewal, at, periodEndsAt, revenue } = decideRenewal(exposed_at, signals, now);
  return {
    renewal,
    renewal_at: at ?? null,
    period_ends_at: periodEndsAt ?? period_ends_at,
    revenue: revenue?.milliunits ?? null,
    currency: revenue?.currency ?? null,
  };
}
