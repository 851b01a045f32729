import { fromJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { EraseSubscription } from "./subscribers-means.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";
import { deleteOwners } from "./update-subscribers.ts";

/**
 * Deletes what is stored of a subscription: its state, whose its transactions are, its history, and what the
 * team said of it; what was said of its account too, once no other subscription is the account's.
 */
export const eraseStored: EraseSubscription = async ({ queries }, subscription) => {
  const { app, environment, pseudonym } = subscription;
  const [row] = await queries
    .deleteFrom("subscribers")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .returning(["facts", "account_hash"])
    .execute();
  const hashes = row === undefined ? [] : Object.keys(fromJsonText(row.facts).transactions);
  const transactions = hashes.length === 0 ? 0 : await deleteOwners(queries, subscription, hashes);
  const { numDeletedRows } = await queries
    .deleteFrom("subscriber_histories")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  const accountHash = row?.account_hash ?? undefined;
  return {
    state: row === undefined ? 0 : 1,
    transactions,
    history: Number(numDeletedRows),
    attributes: await eraseAttributes(queries, subscription, pseudonym),
    accountAttributes:
      accountHash === undefined ? 0 : await eraseOfAccount(queries, subscription, accountHash),
  };
};

/** Deletes what the team said of an account, unless a subscription is still the account's; returns the rows. */
export async function eraseOfAccount(
  queries: Queries,
  place: SubscriptionPlace,
  accountHash: string,
): Promise<number> {
  const other = await queries
    .selectFrom("subscribers")
    .select("pseudonym")
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .where("account_hash", "=", accountHash)
    .limit(1)
    .executeTakeFirst();
  return other === undefined ? eraseAttributes(queries, place, accountHash) : 0;
}

async function eraseAttributes(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  owner: string,
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("subscriber_attributes")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes everything that is stored of an app's subscribers here. */
export async function deleteSubscribersOfApp(queries: Queries, app: string): Promise<void> {
  for (const table of [
    "subscribers",
    "subscriber_histories",
    "subscriber_attributes",
    "transaction_owners",
  ] as const) {
    await queries.deleteFrom(table).where("app", "=", app).execute();
  }
}
