import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { countImported } from "./imports/count-imported.ts";

/**
 * Takes subscriptions out of the queue, their sealed ids with them; what is fetched of them meanwhile is not
 * taken over. In an import each counts as failed. To be called when the subscribers' rows are held: whoever
 * takes news of them over at this moment was waited for, or waits.
 *
 * @param options - `now`: milliseconds since 1970, default the system's clock
 */
export async function eraseWantedOf(
  transaction: Transaction,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
  { now = Date.now() }: { readonly now?: number } = {},
): Promise<void> {
  const erased = await transaction.queries
    .deleteFrom("wanted_statuses")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("subject", "in", pseudonyms)
    .returning("import_id")
    .execute();
  const imports = erased.flatMap(({ import_id }) => import_id ?? []).sort();
  for (const id of imports) await countImported(transaction, id, { as: "failed", now });
}
