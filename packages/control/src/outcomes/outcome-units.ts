import type { Selectable } from "kysely";
import { insertNew } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { OutcomeUnitsTable } from "./tables.ts";
import type { Exposure } from "./taken.ts";

/** A unit as its row is. */
export type OutcomeUnit = Selectable<OutcomeUnitsTable>;

/** Returns the units of some subscriptions. */
export async function readUnits(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<readonly OutcomeUnit[]> {
  if (pseudonyms.length === 0) return [];
  return queries
    .selectFrom("outcome_units")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
}

/**
 * Writes all units of subscriptions that are held, in place of those they had: `units` are the new ones. To
 * delete and to insert takes a fraction of the time of so many updates.
 *
 * @param had - whose units there were before
 */
export async function replaceUnits(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  { had, units }: { readonly had: readonly string[]; readonly units: readonly OutcomeUnit[] },
): Promise<void> {
  if (had.length > 0) {
    await queries
      .deleteFrom("outcome_units")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("pseudonym", "in", had)
      .execute();
  }
  const keys = ["app", "environment", "pseudonym", "unit"] as const;
  await insertNew({ queries }, { table: "outcome_units", rows: units, keys });
}

/** Returns what a unit was exposed to. */
export function exposureOf(unit: OutcomeUnit): Exposure {
  const { exposed_at: exposedAt, product, delivered, offer, target_product: targetProduct } = unit;
  return { exposedAt, product, delivered, offer, targetProduct };
}
