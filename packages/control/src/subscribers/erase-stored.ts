import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries, TableOfApps } from "../storage/index.ts";
import { NO_FACTS } from "./facts/subscription-facts.ts";
import { NO_EXPOSURES } from "./history/subscription-exposures.ts";
import type { ErasedSubscriptions, EraseSubscriptions } from "./subscribers-means.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";
import { deleteOwners } from "./update-subscribers.ts";

/**
 * Deletes what is stored of subscriptions: their states, whose their transactions are, their histories, and
 * what the team said of them; what was said of their accounts too, once no other subscription is the
 * account's. Until the transaction ends nobody else writes a state or a history of them.
 */
export const eraseStored: EraseSubscriptions = async ({ queries }, erased) => {
  const states = await deleteStates(queries, erased);
  const hashes = states.flatMap(({ facts }) => Object.keys(fromJsonText(facts).transactions));
  const transactions = hashes.length === 0 ? 0 : await deleteOwners(queries, erased, hashes);
  const history = await deleteHistories(queries, erased);
  const accounts = new Set(
    [erased.accountHash, ...states.map(({ account_hash }) => account_hash)].flatMap(
      (hash) => hash ?? [],
    ),
  );
  return {
    state: states.length,
    transactions,
    history,
    attributes: await deleteAttributes(queries, erased, erased.pseudonyms),
    accountAttributes: await deleteAttributes(
      queries,
      erased,
      await withoutSubscription(queries, erased, [...accounts].sort()),
    ),
  };
};

/** In the place of a sealed id: a row that is only there to be held. */
const HELD = "";

/** Holds the rows, making those that are not there: who is making one at this moment is waited for. */
async function deleteStates(
  queries: Queries,
  { app, environment, pseudonyms, now }: ErasedSubscriptions,
) {
  if (pseudonyms.length === 0) return [];
  await queries
    .insertInto("subscribers")
    .values(
      pseudonyms.map((pseudonym) => ({
        app,
        environment,
        pseudonym,
        sealed_id: HELD,
        account_hash: null,
        facts: toJsonText(NO_FACTS),
        first_seen_at: now,
        updated_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "pseudonym"])
        .doUpdateSet((row) => ({ updated_at: row.ref("subscribers.updated_at") })),
    )
    .execute();
  const rows = await queries
    .deleteFrom("subscribers")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .returning(["facts", "account_hash", "sealed_id"])
    .execute();
  return rows.filter(({ sealed_id }) => sealed_id !== HELD);
}

/** Holds them before, as the states; returns how many there were. */
async function deleteHistories(
  queries: Queries,
  { app, environment, pseudonyms }: ErasedSubscriptions,
): Promise<number> {
  if (pseudonyms.length === 0) return 0;
  const none = toJsonText(NO_EXPOSURES);
  await queries
    .insertInto("subscriber_histories")
    .values(pseudonyms.map((pseudonym) => ({ app, environment, pseudonym, exposures: none })))
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "pseudonym"])
        .doUpdateSet((row) => ({ exposures: row.ref("subscriber_histories.exposures") })),
    )
    .execute();
  const deleted = await queries
    .deleteFrom("subscriber_histories")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .returning("exposures")
    .execute();
  return deleted.filter(({ exposures }) => exposures !== none).length;
}

/** Returns the accounts that no subscription is of. */
async function withoutSubscription(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  accountHashes: readonly string[],
): Promise<readonly string[]> {
  if (accountHashes.length === 0) return [];
  const rows = await queries
    .selectFrom("subscribers")
    .select("account_hash")
    .distinct()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("account_hash", "in", accountHashes)
    .execute();
  const others = new Set(rows.map(({ account_hash }) => account_hash));
  return accountHashes.filter((hash) => !others.has(hash));
}

async function deleteAttributes(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  owners: readonly string[],
): Promise<number> {
  if (owners.length === 0) return 0;
  const { numDeletedRows } = await queries
    .deleteFrom("subscriber_attributes")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("owner", "in", owners)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What is stored of an app's subscribers here. */
export const SUBSCRIBER_TABLES = [
  "subscribers",
  "transaction_owners",
  "subscriber_histories",
  "subscriber_attributes",
  "subscriber_erasures",
] as const satisfies readonly TableOfApps[];
