import { readRows } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** Returns the sealed originalTransactionIds of those subscriptions of which something is known, by pseudonym. */
export async function readSealedIds(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows(queries, {
    table: "subscribers",
    columns: ["pseudonym", "sealed_id"],
    where: { app, environment },
    by: "pseudonym",
    values: pseudonyms,
  });
  return new Map(rows.map(({ pseudonym, sealed_id }) => [pseudonym, sealed_id]));
}
