import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { moveCounts } from "./move-counts.ts";
import { readOutcomeSettings } from "./outcome-settings.ts";
import { holdSubjects, writeSubjects } from "./outcome-subjects.ts";
import { windowTimes } from "./outcome-times.ts";
import { readUnits, replaceUnits } from "./outcome-units.ts";
import type { OutcomeUnit } from "./outcome-units.ts";
import { isEarlier, unitsOf } from "./units-of.ts";

/**
 * Makes decisions the units that outcomes are counted for: a subscription's first exposures. An earlier
 * decision that arrives later takes a unit's place, and the counts follow; a repetition changes nothing.
 */
export async function addUnits(
  { queries }: Transaction,
  place: SubscriptionPlace,
  decisions: readonly DecisionRecord[],
): Promise<void> {
  const exposures = earliest(decisions.flatMap((decision) => unitsOf(place, decision)));
  if (exposures.size === 0) return;
  const pseudonyms = [...exposures.values()].map(({ pseudonym }) => pseudonym);
  const subjects = await holdSubjects(queries, place, pseudonyms);
  const before = await readUnits(queries, place, [...subjects.keys()]);
  const known = earliest(before);
  const moves = [...exposures].flatMap(([key, after]) => {
    const first = known.get(key);
    return first === undefined || isEarlier(after, first) ? [{ before: first, after }] : [];
  });
  if (moves.length === 0) return;
  const { windowMs } = await readOutcomeSettings(queries, place);
  const added = moves.map(({ after }) => after);
  await replaceUnits({ queries }, place, unitsAfter(before, added));
  await moveCounts(queries, place, moves);
  const { settleMs } = windowTimes(windowMs);
  const due = new Map<string, number>();
  for (const { pseudonym, exposed_at } of added) {
    const dueAt = due.get(pseudonym) ?? subjects.get(pseudonym)?.dueAt ?? Infinity;
    due.set(pseudonym, Math.min(dueAt, exposed_at + windowMs + settleMs));
  }
  const written = [...due].map(([pseudonym, dueAt]) => ({ pseudonym, dueAt, hasUnits: true }));
  await writeSubjects(queries, place, written);
}

/** Returns the units of those whose units change, those that do not among them. */
function unitsAfter(before: readonly OutcomeUnit[], added: readonly OutcomeUnit[]) {
  const touched = new Set(added.map(({ pseudonym }) => pseudonym));
  const replaced = new Set(added.map(({ pseudonym, unit }) => `${pseudonym} ${unit}`));
  const had = before.filter(({ pseudonym }) => touched.has(pseudonym));
  const kept = had.filter(({ pseudonym, unit }) => !replaced.has(`${pseudonym} ${unit}`));
  return { had: [...new Set(had.map(({ pseudonym }) => pseudonym))], units: [...kept, ...added] };
}

/** Returns the earliest of each subscription and unit. */
function earliest(units: readonly OutcomeUnit[]): ReadonlyMap<string, OutcomeUnit> {
  const found = new Map<string, OutcomeUnit>();
  for (const unit of units) {
    const key = `${unit.pseudonym} ${unit.unit}`;
    const before = found.get(key);
    if (before === undefined || isEarlier(unit, before)) found.set(key, unit);
  }
  return found;
}
