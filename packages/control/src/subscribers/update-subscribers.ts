import type { Insertable } from "kysely";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { JsonText, Queries, Transaction } from "../storage/index.ts";
import { moveAttributes } from "./attributes/move-attributes.ts";
import { factsOfNews } from "./facts/facts-of-news.ts";
import { mergeFacts } from "./facts/merge-facts.ts";
import { NO_FACTS } from "./facts/subscription-facts.ts";
import type { SubscriptionFacts } from "./facts/subscription-facts.ts";
import type { SubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionNews } from "./subscription-news.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";
import type { SubscribersTable } from "./tables.ts";
import { allTouched } from "./touched-states.ts";
import type { TouchedStates } from "./touched-states.ts";

/** Rows of one statement; far below what either engine takes. */
const ROWS = 1000;

/**
 * Merges news into the states of their subscriptions: in any order, and as often as it comes. Remembers whose
 * its transactions are, and gives subscriptions the attributes that the team sent for one of their
 * transactions before it was known whose that is. Returns whose states are others now.
 */
export async function updateSubscribers(
  transaction: Transaction,
  place: SubscriptionPlace,
  news: readonly SubscriptionNews[],
  ids: SubscriptionIds,
): Promise<TouchedStates> {
  const said = [...Map.groupBy(news, ({ pseudonym }) => pseudonym)]
    // In one order everywhere: two transactions about the same subscriptions wait in turn, not in a circle.
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([pseudonym, [first, ...rest]]) =>
      first === undefined ? [] : [saidOf(pseudonym, [first, ...rest], ids)],
    );
  const changed: string[] = [];
  for (let from = 0; from < said.length; from += ROWS) {
    changed.push(...(await updateRows(transaction, place, said.slice(from, from + ROWS))));
  }
  return allTouched({ changed, gone: [] }, await moveAttributes(transaction, place, { news, ids }));
}

/** What a batch of news says of one subscription. */
interface Said {
  readonly pseudonym: string;
  readonly sealedId: string;
  readonly facts: SubscriptionFacts;
  readonly firstSeenAt: number;
  readonly updatedAt: number;
}

function saidOf(
  pseudonym: string,
  news: readonly [SubscriptionNews, ...SubscriptionNews[]],
  ids: SubscriptionIds,
): Said {
  const dates = news.map(({ signedDate }) => Math.floor(signedDate));
  return {
    pseudonym,
    sealedId: news[0].sealedId,
    facts: news.reduce((facts, one) => mergeFacts(facts, factsOfNews(one, ids)), NO_FACTS),
    firstSeenAt: Math.min(...dates),
    updatedAt: Math.max(...dates),
  };
}

/** Returns the pseudonyms of those whose facts are others now. */
async function updateRows(
  transaction: Transaction,
  place: SubscriptionPlace,
  said: readonly Said[],
): Promise<readonly string[]> {
  const { queries } = transaction;
  const before = await lockRows(queries, place, said);
  const changed: Insertable<SubscribersTable>[] = [];
  const known: { readonly pseudonym: string; readonly hashes: readonly string[] }[] = [];
  const dropped: string[] = [];
  const touched: string[] = [];
  for (const one of said) {
    const row = before.get(one.pseudonym);
    const held = row === undefined ? NO_FACTS : fromJsonText(row.facts);
    const facts = mergeFacts(held, one.facts);
    const text = toJsonText(facts);
    const firstSeenAt = Math.min(row?.first_seen_at ?? Infinity, one.firstSeenAt);
    const updatedAt = Math.max(row?.updated_at ?? 0, one.updatedAt);
    const isSame = text === row?.facts;
    if (!isSame) touched.push(one.pseudonym);
    const isSeen = row?.first_seen_at === firstSeenAt && row.updated_at === updatedAt;
    if (isSame && isSeen) continue;
    changed.push({
      ...place,
      pseudonym: one.pseudonym,
      sealed_id: one.sealedId,
      account_hash: facts.account?.hash ?? null,
      facts: text,
      first_seen_at: firstSeenAt,
      updated_at: updatedAt,
    });
    known.push({ pseudonym: one.pseudonym, hashes: newIn(facts, held) });
    dropped.push(...newIn(held, facts), ...newIn(one.facts, facts));
  }
  if (changed.length === 0) return [];
  await writeRows(queries, changed);
  await keepOwners(transaction, place, known, dropped);
  return touched;
}

type HeldRow = Pick<SubscribersTable, "facts" | "first_seen_at" | "updated_at">;

/** Writes what is there anyway, which locks the rows, so that nobody merges beside us; and reads them. */
async function lockRows(
  queries: Queries,
  place: SubscriptionPlace,
  said: readonly Said[],
): Promise<ReadonlyMap<string, HeldRow>> {
  const rows = await queries
    .insertInto("subscribers")
    .values(
      said.map(({ pseudonym, sealedId, firstSeenAt, updatedAt }) => ({
        ...place,
        pseudonym,
        sealed_id: sealedId,
        account_hash: null,
        facts: EMPTY,
        first_seen_at: firstSeenAt,
        updated_at: updatedAt,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "pseudonym"])
        .doUpdateSet((row) => ({ updated_at: row.ref("subscribers.updated_at") })),
    )
    .returning(["pseudonym", "facts", "first_seen_at", "updated_at"])
    .execute();
  return new Map(rows.map((row) => [row.pseudonym, row]));
}

const EMPTY: JsonText<SubscriptionFacts> = toJsonText(NO_FACTS);

async function writeRows(
  queries: Queries,
  rows: readonly Insertable<SubscribersTable>[],
): Promise<void> {
  await queries
    .insertInto("subscribers")
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "pseudonym"]).doUpdateSet((row) => ({
        account_hash: row.ref("excluded.account_hash"),
        facts: row.ref("excluded.facts"),
        first_seen_at: row.ref("excluded.first_seen_at"),
        updated_at: row.ref("excluded.updated_at"),
      })),
    )
    .execute();
}

/** The transactions of facts that others do not have. */
function newIn(facts: SubscriptionFacts, others: SubscriptionFacts): readonly string[] {
  return Object.keys(facts.transactions).filter(
    (hash) => !Object.hasOwn(others.transactions, hash),
  );
}

/** Of transactions that facts do not keep nothing else is kept either: their rows are found by the facts. */
async function keepOwners(
  transaction: Transaction,
  place: SubscriptionPlace,
  known: readonly { readonly pseudonym: string; readonly hashes: readonly string[] }[],
  dropped: readonly string[],
): Promise<void> {
  await insertNew(transaction, {
    table: "transaction_owners",
    rows: known.flatMap(({ pseudonym, hashes }) =>
      hashes.map((hash) => ({ ...place, transaction_hash: hash, pseudonym })),
    ),
    keys: ["app", "environment", "transaction_hash"],
  });
  if (dropped.length > 0) await deleteOwners(transaction.queries, place, dropped);
}

/** Forgets whose transactions are; returns of how many. */
export async function deleteOwners(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  hashes: readonly string[],
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("transaction_owners")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("transaction_hash", "in", hashes)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
