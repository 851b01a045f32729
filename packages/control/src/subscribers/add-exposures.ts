import type { DecisionRecord } from "@holdfast/runtime/wire";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Transaction } from "../storage/index.ts";
import { addDecisions, isExposure, ruleOf } from "./history/add-decisions.ts";
import { readRuleCooldowns } from "./history/rule-cooldowns.ts";
import { NO_EXPOSURES } from "./history/subscription-exposures.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** Rows of one statement; far below what either engine takes. */
const ROWS = 1000;

/**
 * Counts decisions, each of them new, in the histories of their subscriptions; see `addDecisions` for which
 * of them count. The cooldown a rule had comes from the decision's snapshot. Where that was published
 * elsewhere, an exposure after the 24 hours of the one before begins a new cycle: with a cooldown the rule
 * had come out of it, and without one nobody asks.
 */
export async function addExposures(
  { queries }: Transaction,
  { app, environment }: SubscriptionPlace,
  decisions: readonly DecisionRecord[],
): Promise<void> {
  const counted = decisions.filter(isExposure);
  if (counted.length === 0) return;
  const cooldowns = await readRuleCooldowns(
    queries,
    counted.filter((decision) => ruleOf(decision) !== undefined).map(({ snapshot }) => snapshot),
  );
  const cooldownOf = ({ snapshot, rule = "" }: DecisionRecord): number | null => {
    const rules = cooldowns.get(snapshot);
    return rules === undefined ? 0 : (rules.get(rule) ?? null);
  };
  const bySubscription = Map.groupBy(counted, ({ subject }) => subject.pseudonym);
  const pseudonyms = [...bySubscription.keys()].sort();
  for (let from = 0; from < pseudonyms.length; from += ROWS) {
    const batch = pseudonyms.slice(from, from + ROWS);
    // Writing what is there anyway locks the rows, so that nobody counts beside us, and reads them.
    const before = await queries
      .insertInto("subscriber_histories")
      .values(
        batch.map((pseudonym) => ({
          app,
          environment,
          pseudonym,
          exposures: toJsonText(NO_EXPOSURES),
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["app", "environment", "pseudonym"])
          .doUpdateSet((row) => ({ exposures: row.ref("subscriber_histories.exposures") })),
      )
      .returning(["pseudonym", "exposures"])
      .execute();
    const histories = new Map(before.map((row) => [row.pseudonym, fromJsonText(row.exposures)]));
    await queries
      .insertInto("subscriber_histories")
      .values(
        batch.map((pseudonym) => ({
          app,
          environment,
          pseudonym,
          exposures: toJsonText(
            addDecisions(
              histories.get(pseudonym) ?? NO_EXPOSURES,
              bySubscription.get(pseudonym) ?? [],
              cooldownOf,
            ),
          ),
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["app", "environment", "pseudonym"])
          .doUpdateSet((row) => ({ exposures: row.ref("excluded.exposures") })),
      )
      .execute();
  }
}
