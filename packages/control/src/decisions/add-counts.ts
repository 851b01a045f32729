import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { tallyDecisions } from "./tally-decisions.ts";

/** How many rows one statement adds at most. */
const ROWS = 500;

/**
 * Adds decisions of one place, each of them new, to the counts. Rows are locked in the order of their keys,
 * so that transactions that count at once wait for each other in turn.
 */
export async function addCounts(
  queries: Queries,
  place: SubscriptionPlace,
  records: readonly DecisionRecord[],
): Promise<void> {
  const { counts, lookups, attributes } = tallyDecisions(records);
  const rows = counts.map(({ of, count }) => Object.assign({ count }, place, of));
  // By the primary key.
  rows.sort((one, other) => one.day - other.day || (one.key < other.key ? -1 : 1));
  for (const some of inBatches(rows)) {
    await queries
      .insertInto("decision_counts")
      .values([...some])
      .onConflict((conflict) =>
        conflict.columns(["app", "environment", "day", "key"]).doUpdateSet((row) => ({
          count: row("decision_counts.count", "+", row.ref("excluded.count")),
        })),
      )
      .execute();
  }
  for (const some of inBatches(lookups)) {
    await queries
      .insertInto("decision_lookups")
      .values(some.map(({ of, count }) => Object.assign({ count }, place, of)))
      .onConflict((conflict) =>
        conflict.columns(["app", "environment", "day", "ending"]).doUpdateSet((row) => ({
          count: row("decision_lookups.count", "+", row.ref("excluded.count")),
        })),
      )
      .execute();
  }
  for (const some of inBatches(attributes)) {
    await queries
      .insertInto("attribute_counts")
      .values(some.map((tally) => Object.assign({}, place, tally)))
      .onConflict((conflict) =>
        conflict.columns(["app", "environment", "day", "attribute"]).doUpdateSet((row) => ({
          known: row("attribute_counts.known", "+", row.ref("excluded.known")),
          absent: row("attribute_counts.absent", "+", row.ref("excluded.absent")),
        })),
      )
      .execute();
  }
}

function inBatches<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / ROWS) }, (_, index) =>
    items.slice(index * ROWS, (index + 1) * ROWS),
  );
}
