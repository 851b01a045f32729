import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { countImported } from "./imports/count-imported.ts";

/**
 * Takes a subscription out of the queue, its sealed id with it; what is fetched of it meanwhile is not taken
 * over. In an import it counts as failed. To be called before the subscriber's rows are deleted: whoever takes
 * news of it over at this moment is waited for.
 *
 * @param options - `now`: milliseconds since 1970, default the system's clock
 */
export async function eraseWantedOf(
  transaction: Transaction,
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
  { now = Date.now() }: { readonly now?: number } = {},
): Promise<void> {
  const erased = await transaction.queries
    .deleteFrom("wanted_statuses")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("subject", "=", pseudonym)
    .returning("import_id")
    .executeTakeFirst();
  const id = erased?.import_id ?? null;
  if (id !== null) await countImported(transaction, id, { as: "failed", now });
}
