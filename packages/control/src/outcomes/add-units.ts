import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { moveCounts } from "./move-counts.ts";
import { readOutcomeSettings } from "./outcome-settings.ts";
import { holdSubjects, writeSubjects } from "./outcome-subjects.ts";
import type { OutcomeSubject } from "./outcome-subjects.ts";
import { windowTimes } from "./outcome-times.ts";
import { readUnits, readUnitStarts, writeUnits } from "./outcome-units.ts";
import type { OutcomeUnit, UnitStart } from "./outcome-units.ts";
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
  const { windowMs } = await readOutcomeSettings(queries, place);
  const due = firstLooks([...exposures.values()], windowMs);
  const subjects = await holdSubjects(queries, place, due.keys(), due);
  const known = await earlierStarts(queries, place, [...subjects.values()]);
  const added = [...exposures].flatMap(([key, unit]) => {
    const first = known.get(key);
    return first === undefined || isEarlier(unit, first) ? [unit] : [];
  });
  if (added.length === 0) return;
  const replaced = added.filter((unit) => known.has(keyOf(unit)));
  const before = earliest(
    await readUnits(
      queries,
      place,
      replaced.map(({ pseudonym }) => pseudonym),
    ),
  );
  await writeUnits({ queries }, added);
  await moveCounts(
    queries,
    place,
    added.map((after) => ({ before: before.get(keyOf(after)), after })),
  );
  const moved = [...firstLooks(added, windowMs)].flatMap(([pseudonym, dueAt]) => {
    const subject = subjects.get(pseudonym);
    // What is new was made with its units and when they are due.
    if (subject === undefined || subject.isNew) return [];
    return [{ pseudonym, hasUnits: true, dueAt: Math.min(dueAt, subject.dueAt ?? Infinity) }];
  });
  await writeSubjects(queries, place, moved);
}

/** Returns when the units of each subscription are first to be looked at. */
function firstLooks(units: readonly OutcomeUnit[], windowMs: number): ReadonlyMap<string, number> {
  const { settleMs } = windowTimes(windowMs);
  const looks = new Map<string, number>();
  for (const { pseudonym, exposed_at } of units) {
    const at = Math.min(looks.get(pseudonym) ?? Infinity, exposed_at + windowMs + settleMs);
    looks.set(pseudonym, at);
  }
  return looks;
}

async function earlierStarts(
  queries: Queries,
  place: SubscriptionPlace,
  subjects: readonly OutcomeSubject[],
): Promise<ReadonlyMap<string, UnitStart>> {
  const older = subjects.filter(({ isNew }) => !isNew);
  return earliest(
    await readUnitStarts(
      queries,
      place,
      older.map(({ pseudonym }) => pseudonym),
    ),
  );
}

/** Returns the earliest of each subscription and unit. */
function earliest<Unit extends UnitStart>(units: readonly Unit[]): ReadonlyMap<string, Unit> {
  const found = new Map<string, Unit>();
  for (const unit of units) {
    const key = keyOf(unit);
    const before = found.get(key);
    if (before === undefined || isEarlier(unit, before)) found.set(key, unit);
  }
  return found;
}

function keyOf({ pseudonym, unit }: Pick<UnitStart, "pseudonym" | "unit">): string {
  return `${pseudonym} ${unit}`;
}
