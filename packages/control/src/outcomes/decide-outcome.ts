import { observedWithinMs } from "./outcome-times.ts";
import { renewalFacts } from "./renewal-facts.ts";
import type { RenewalFact } from "./renewal-facts.ts";
import type { Signal } from "./signal.ts";
import type { Outcome } from "./tables.ts";
import { findTaken } from "./taken.ts";
import type { Exposure } from "./taken.ts";

/** An outcome, and when what makes it happened; `unknown` has no time. */
export interface DecidedOutcome {
  readonly outcome: Exclude<Outcome, "open">;
  readonly at?: number;
}

/** What an outcome is decided by, beside signals. */
export interface OutcomeTerms {
  readonly windowMs: number;
  /** Whether notifications of the place came around the window: then what was not told did not happen. */
  readonly isHeard: boolean;
}

/**
 * Returns what a subscriber did within the window after the first exposure, which is (exposedAt,
 * exposedAt + windowMs] of Apple's clock. The order of signals and how often they come change nothing.
 *
 * Cancelled where renewal, on before, was off at the window's end: who turned it off and on again has kept
 * the subscription. Else what was taken, else kept. Unknown where nothing tells how it stood at the end, and
 * where renewal was off before the exposure already.
 */
export function decideOutcome(
  exposure: Exposure,
  signals: readonly Signal[],
  { windowMs, isHeard }: OutcomeTerms,
): DecidedOutcome {
  const closesAt = exposure.exposedAt + windowMs;
  const window = { closesAt, observedUntil: closesAt + observedWithinMs(windowMs) };
  const ending = endOf(renewalFacts(signals), { from: exposure.exposedAt, ...window });
  if (ending.state === "off") return { outcome: "cancelled", at: ending.at };
  if (ending.state === "offBefore") return { outcome: "unknown" };
  const taken = findTaken(exposure, window, signals);
  if (taken !== undefined) return taken;
  if (ending.state === "on" || isHeard) return { outcome: "kept", at: closesAt };
  return { outcome: "unknown" };
}

type Ending =
  | { readonly state: "on" | "offBefore" | "notTold" }
  | { readonly state: "off"; readonly at: number };

/** Returns how renewal stood at the end of a window. */
function endOf(
  facts: readonly RenewalFact[],
  {
    from,
    closesAt,
    observedUntil,
  }: { readonly from: number; readonly closesAt: number; readonly observedUntil: number },
): Ending {
  const before = facts.findLast(({ at }) => at <= from);
  const inside = facts.filter(({ at }) => at > from && at <= closesAt);
  const last = inside.at(-1);
  // Of a fact at the end itself it is known that it was so at the end.
  const after =
    last?.at === closesAt
      ? { ...last, isChange: false }
      : facts.find(({ at }) => at > closesAt && at <= observedUntil);
  const wasOn = before?.isOn !== false || inside.some(({ isOn }) => isOn);
  // Turned off only later: it was on at the end, whatever was seen before.
  if (after?.isChange === true && !after.isOn) return { state: "on" };
  const isOff = last?.isOn === false || after?.isChange === true || after?.isOn === false;
  if (isOff) {
    if (!wasOn) return { state: "offBefore" };
    return { state: "off", at: Math.min(turnedOffAt(inside) ?? after?.at ?? closesAt, closesAt) };
  }
  if (after !== undefined) return { state: "on" };
  if (last === undefined && before?.isOn === false) return { state: "offBefore" };
  return { state: "notTold" };
}

/** Returns when renewal went off for the last time, where the last fact says that it is off. */
function turnedOffAt(inside: readonly RenewalFact[]): number | undefined {
  const lastOn = inside.findLastIndex(({ isOn }) => isOn);
  return inside[lastOn + 1]?.at;
}
