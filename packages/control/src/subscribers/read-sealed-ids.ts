import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** Pseudonyms of one statement. */
const AT_ONCE = 1000;

/** Returns the sealed originalTransactionIds of those subscriptions of which something is known, by pseudonym. */
export async function readSealedIds(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let first = 0; first < pseudonyms.length; first += AT_ONCE) {
    const rows = await queries
      .selectFrom("subscribers")
      .select(["pseudonym", "sealed_id"])
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("pseudonym", "in", pseudonyms.slice(first, first + AT_ONCE))
      .execute();
    for (const { pseudonym, sealed_id } of rows) found.set(pseudonym, sealed_id);
  }
  return found;
}
