import type { RouteInput, routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../storage/index.ts";
import { readSealedIds } from "./read-sealed-ids.ts";
import type { SubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** How people and API clients name a subscriber: exactly one of the three, as Apple spells it. */
export type SubscriberName = Pick<
  RouteInput<typeof routes.findSubscriber>["body"],
  "transactionId" | "originalTransactionId" | "appAccountToken"
>;

/** Who that is in rows, and how it was found out. */
export type ResolvedSubscriber =
  | {
      readonly by: "originalTransaction" | "knownTransaction" | "assumedOriginal";
      readonly pseudonym: string;
      /** The id as it was sent; to be sealed, never kept. */
      readonly rawId: string;
    }
  | { readonly by: "account"; readonly accountHash: string };

/** Tells whether exactly one of the three ids is there. */
export function isOneName(name: SubscriberName): boolean {
  return idsIn(name).length === 1;
}

/** @throws ApiRefusal `INPUT_INVALID` unless exactly one of the three ids is there */
export function requireOneName(operationId: string, name: SubscriberName): void {
  if (isOneName(name)) return;
  const message = ONE_NAME;
  throw new ApiRefusal("INPUT_INVALID", `${operationId}: ${message}`, {
    issues: [{ path: ["body"], message }],
  });
}

/** What is expected of names. */
export const ONE_NAME =
  "expected exactly one of transactionId, originalTransactionId and appAccountToken";

function idsIn({ transactionId, originalTransactionId, appAccountToken }: SubscriberName) {
  return [transactionId, originalTransactionId, appAccountToken].filter((id) => id !== undefined);
}

/** Hashes of one statement. */
const AT_ONCE = 1000;

/**
 * Returns who names are, in their order. A transaction that nobody told us of is taken for the first of its
 * subscription, which is no assumption where we know that one. Each name has exactly one id.
 */
export async function resolveSubscribers(
  queries: Queries,
  place: SubscriptionPlace,
  { names, ids }: { readonly names: readonly SubscriberName[]; readonly ids: SubscriptionIds },
): Promise<readonly ResolvedSubscriber[]> {
  const hashes = names.map(({ transactionId }) =>
    transactionId === undefined ? undefined : ids.transactionHashOf(transactionId),
  );
  const owners = await readOwners(
    queries,
    place,
    hashes.filter((hash) => hash !== undefined),
  );
  const unowned = names.flatMap(({ transactionId }, index) =>
    transactionId === undefined || owners.has(hashes[index] ?? "")
      ? []
      : [ids.pseudonymOf(transactionId)],
  );
  const known = await readSealedIds(queries, place, unowned);
  return names.map((name, index) => {
    const { transactionId, originalTransactionId, appAccountToken = "" } = name;
    if (originalTransactionId !== undefined) {
      const pseudonym = ids.pseudonymOf(originalTransactionId);
      return { by: "originalTransaction", pseudonym, rawId: originalTransactionId };
    }
    if (transactionId === undefined) {
      return { by: "account", accountHash: ids.accountHashOf(appAccountToken) };
    }
    const owner = owners.get(hashes[index] ?? "");
    if (owner !== undefined) {
      return { by: "knownTransaction", pseudonym: owner, rawId: transactionId };
    }
    const pseudonym = ids.pseudonymOf(transactionId);
    const by = known.has(pseudonym) ? "originalTransaction" : "assumedOriginal";
    return { by, pseudonym, rawId: transactionId };
  });
}

/** Returns the pseudonym of the subscription that a transaction, given by its hash, is of, where that is known. */
export async function transactionOwner(
  queries: Queries,
  place: SubscriptionPlace,
  transactionHash: string,
): Promise<string | undefined> {
  return (await readOwners(queries, place, [transactionHash])).get(transactionHash);
}

async function readOwners(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (let from = 0; from < hashes.length; from += AT_ONCE) {
    const rows = await queries
      .selectFrom("transaction_owners")
      .select(["transaction_hash", "pseudonym"])
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("transaction_hash", "in", hashes.slice(from, from + AT_ONCE))
      .execute();
    for (const row of rows) owners.set(row.transaction_hash, row.pseudonym);
  }
  return owners;
}

/** The most subscriptions of one account that are looked at. */
const MAX_OF_ACCOUNT = 1000;

/** Returns the pseudonyms of an account's subscriptions, in the order of the rows' keys. */
export async function subscriptionsOfAccount(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  accountHash: string,
): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom("subscribers")
    .select("pseudonym")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("account_hash", "=", accountHash)
    .orderBy("pseudonym")
    .limit(MAX_OF_ACCOUNT)
    .execute();
  return rows.map(({ pseudonym }) => pseudonym);
}
