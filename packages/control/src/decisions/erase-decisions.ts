import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { daysHeld } from "./days-held.ts";

/**
 * Deletes the decisions of subscriptions, with the sealed ids in them; the counts, which name nobody, stay.
 * Returns how many there were.
 */
export async function eraseDecisionsOf(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<number> {
  const days = await daysHeld(queries, { app, environment });
  if (days.length === 0) return 0;
  const { numDeletedRows } = await queries
    .deleteFrom("decisions")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", "in", days)
    .where("pseudonym", "in", pseudonyms)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
