import type { DecisionRecord } from "@holdfast/runtime/wire";
import { fromJsonText, insertNew, toJsonText, upsertRows } from "../storage/index.ts";
import type { Transaction } from "../storage/index.ts";
import { addDecisions, isExposure, ruleOf } from "./history/add-decisions.ts";
import { readRuleCooldowns } from "./history/rule-cooldowns.ts";
import { NO_EXPOSURES } from "./history/subscription-exposures.ts";
import type { SubscriptionExposures } from "./history/subscription-exposures.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/**
 * Counts decisions, each of them new, in the histories of their subscriptions; see `addDecisions` for which
 * of them count. The cooldown a rule had comes from the decision's snapshot. Where that was published
 * elsewhere, an exposure after the 24 hours of the one before begins a new cycle: with a cooldown the rule
 * had come out of it, and without one nobody asks. Returns the pseudonyms of whose histories it changed.
 */
export async function addExposures(
  { queries }: Transaction,
  { app, environment }: SubscriptionPlace,
  decisions: readonly DecisionRecord[],
): Promise<readonly string[]> {
  const counted = decisions.filter(isExposure);
  if (counted.length === 0) return [];
  const cooldowns = await readRuleCooldowns(
    queries,
    counted.filter((decision) => ruleOf(decision) !== undefined).map(({ snapshot }) => snapshot),
  );
  const cooldownOf = ({ snapshot, rule = "" }: DecisionRecord): number | null => {
    const rules = cooldowns.get(snapshot);
    return rules === undefined ? 0 : (rules.get(rule) ?? null);
  };
  const bySubscription = Map.groupBy(counted, ({ subject }) => subject.pseudonym);
  const row = (pseudonym: string, before: SubscriptionExposures) => {
    const added = bySubscription.get(pseudonym) ?? [];
    const exposures = toJsonText(addDecisions(before, added, cooldownOf));
    return { app, environment, pseudonym, exposures };
  };
  const keys = ["app", "environment", "pseudonym"] as const;
  const table = "subscriber_histories";
  const pseudonyms = [...bySubscription.keys()].sort();
  const first = pseudonyms.map((pseudonym) => row(pseudonym, NO_EXPOSURES));
  // What most of them are: the first that is known of their subscriptions.
  const inserted = new Set(await insertNew({ queries }, { table, rows: first, keys }));
  const others = first.filter((one) => !inserted.has(one));
  // Writing what is there anyway locks the rows, so that nobody counts beside us, and reads them.
  const held = await upsertRows(
    { queries },
    {
      table,
      rows: others.map((one) => ({ ...one, exposures: toJsonText(NO_EXPOSURES) })),
      keys,
      changes: { exposures: "keep" },
      returning: ["pseudonym", "exposures"],
    },
  );
  const histories = new Map(held.map((one) => [one.pseudonym, fromJsonText(one.exposures)]));
  const rows = others.map(({ pseudonym }) =>
    row(pseudonym, histories.get(pseudonym) ?? NO_EXPOSURES),
  );
  await upsertRows({ queries }, { table, rows, keys, changes: { exposures: "replace" } });
  return pseudonyms;
}
