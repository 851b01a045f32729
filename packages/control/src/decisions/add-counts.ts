import type { DecisionRecord } from "@holdfast/runtime/wire";
import { upsertRows } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { tallyDecisions } from "./tally-decisions.ts";

/**
 * Adds decisions of one place, each of them new, to the counts. Rows are locked in the order of their keys,
 * so that transactions that count at once wait for each other in turn.
 */
export async function addCounts(
  queries: Queries,
  place: SubscriptionPlace,
  records: readonly DecisionRecord[],
): Promise<void> {
  const { counts, lookups, hosts, attributes } = tallyDecisions(records);
  const rows = counts.map(({ of, count }) => Object.assign({ count }, place, of));
  // By the primary key.
  rows.sort((one, other) => one.day - other.day || (one.key < other.key ? -1 : 1));
  await upsertRows(
    { queries },
    {
      table: "decision_counts",
      rows,
      keys: ["app", "environment", "day", "key"],
      changes: { count: "add" },
    },
  );
  await upsertRows(
    { queries },
    {
      table: "decision_lookups",
      rows: lookups.map(({ of, count }) => Object.assign({ count }, place, of)),
      keys: ["app", "environment", "day", "ending"],
      changes: { count: "add" },
    },
  );
  await upsertRows(
    { queries },
    {
      table: "lookup_days",
      rows: hosts.map(({ of, count }) => Object.assign({ count }, place, of)),
      keys: ["app", "environment", "day", "host", "ending"],
      changes: { count: "add" },
    },
  );
  await upsertRows(
    { queries },
    {
      table: "attribute_counts",
      rows: attributes.map((tally) => Object.assign({}, place, tally)),
      keys: ["app", "environment", "day", "attribute"],
      changes: { known: "add", absent: "add" },
    },
  );
}
