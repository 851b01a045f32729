import { upsertRows } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { OutcomeUnit } from "./outcome-units.ts";
import type { OutcomeGroup } from "./tables.ts";

/** A unit before and after a change of its row; nothing before where it is new. */
export interface UnitMove {
  readonly before?: OutcomeUnit | undefined;
  readonly after: OutcomeUnit;
}

/**
 * Moves what is counted as units have moved; in the transaction that writes these, so that nothing is counted
 * twice or not at all. In one order everywhere, so that two transactions wait for each other in turn.
 */
export async function moveCounts(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  moves: readonly UnitMove[],
): Promise<void> {
  const counts = new Tally<Count>();
  const revenue = new Tally<Revenue>();
  for (const { before, after } of moves) {
    if (before !== undefined) {
      counts.add(countOf(before), [-1]);
      for (const { key, milliunits } of revenueOf(before)) revenue.add(key, [-1, -milliunits]);
    }
    counts.add(countOf(after), [1]);
    for (const { key, milliunits } of revenueOf(after)) revenue.add(key, [1, milliunits]);
  }
  await upsertRows(
    { queries },
    {
      table: "outcome_counts",
      rows: counts
        .moved()
        .map(({ key, by: [count = 0] }) => Object.assign({ app, environment, count }, key)),
      keys: [...GROUP_COLUMNS, "outcome", "renewal"],
      changes: { count: "add" },
    },
  );
  await upsertRows(
    { queries },
    {
      table: "outcome_revenue",
      rows: revenue
        .moved()
        .map(({ key, by: [renewals = 0, milliunits = 0] }) =>
          Object.assign({ app, environment, renewals, milliunits }, key),
        ),
      keys: [...GROUP_COLUMNS, "currency"],
      changes: { renewals: "add", milliunits: "add" },
    },
  );
}

const GROUP_COLUMNS = [
  "app",
  "environment",
  "unit",
  "rule",
  "arm",
  "message",
  "delivered",
  "day",
] as const;

type Count = OutcomeGroup & Pick<OutcomeUnit, "outcome" | "renewal">;
type Revenue = OutcomeGroup & { readonly currency: string };

function groupOf({ unit, rule, arm, message, delivered, day }: OutcomeUnit): OutcomeGroup {
  return { unit, rule, arm, message, delivered, day };
}

function countOf(unit: OutcomeUnit): Count {
  return { ...groupOf(unit), outcome: unit.outcome, renewal: unit.renewal };
}

function revenueOf(unit: OutcomeUnit): readonly { key: Revenue; milliunits: number }[] {
  const { revenue, currency } = unit;
  if (revenue === null || currency === null) return [];
  return [{ key: { ...groupOf(unit), currency }, milliunits: revenue }];
}

/** Numbers that were added up for a key. */
interface Sum<Key> {
  readonly key: Key;
  readonly by: readonly number[];
}

/** Numbers that are added up by keys. */
class Tally<Key extends object> {
  readonly #sums = new Map<string, { readonly key: Key; readonly by: number[] }>();

  add(key: Key, by: readonly number[]): void {
    // No text has a NUL, and every key has the same members in the same order.
    const text = Object.values(key).join("\0");
    const sum = this.#sums.get(text);
    if (sum === undefined) this.#sums.set(text, { key, by: [...by] });
    else for (const [index, each] of by.entries()) sum.by[index] = (sum.by[index] ?? 0) + each;
  }

  /** Returns what did not add up to nothing, in the order of the keys. */
  moved(): readonly Sum<Key>[] {
    return [...this.#sums]
      .filter(([, { by }]) => by.some((each) => each !== 0))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, sum]) => sum);
  }
}
