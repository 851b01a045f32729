import type { DecisionRecord } from "@holdfast/runtime/wire";
import { readRows, storageError } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionNews } from "./subscription-news.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** How long it is remembered that a subscription was erased, ms: 400 days. */
const ERASURES_KEPT_MS = 400 * 86_400_000;

/** Remembers that subscriptions are erased. */
export async function noteErasures(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { pseudonyms, now }: { readonly pseudonyms: readonly string[]; readonly now: number },
): Promise<void> {
  if (pseudonyms.length === 0) return;
  await queries
    .insertInto("subscriber_erasures")
    .values(pseudonyms.map((pseudonym) => ({ app, environment, pseudonym, erased_at: now })))
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "pseudonym"])
        .doUpdateSet((row) => ({ erased_at: row.ref("excluded.erased_at") })),
    )
    .execute();
}

/** Returns when those of some subscriptions were erased that lately were, by pseudonym. */
export async function readErasures(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const each = [...new Set(pseudonyms)];
  if (each.length === 0) return new Map();
  // Hardly anybody is erased: of a place with fewer than are asked for, all are read at once.
  const some = await queries
    .selectFrom("subscriber_erasures")
    .select(["pseudonym", "erased_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .limit(each.length)
    .execute();
  const rows =
    some.length < each.length
      ? some
      : await readRows(queries, {
          table: "subscriber_erasures",
          columns: ["pseudonym", "erased_at"],
          where: { app, environment },
          by: "pseudonym",
          values: each,
        });
  return new Map(rows.map(({ pseudonym, erased_at }) => [pseudonym, erased_at]));
}

/** Something about a subscription, and as of when, milliseconds since 1970. */
export interface Said {
  readonly pseudonym: string;
  readonly at: number;
}

/** Returns of whom and as of when news are. */
export function saidByNews({ pseudonym, signedDate, wantedAt }: SubscriptionNews): Said {
  return { pseudonym, at: wantedAt ?? signedDate };
}

/** Returns of whom and as of when a decision is. */
export function saidByDecision({ subject, requestedAt }: DecisionRecord): Said {
  return { pseudonym: subject.pseudonym, at: requestedAt };
}

/** Returns which of `items` are of before their subscriptions were erased, and which are not, in their order. */
export async function splitErased<Item>(
  queries: Queries,
  place: SubscriptionPlace,
  { items, said }: { readonly items: readonly Item[]; readonly said: (item: Item) => Said },
): Promise<{ readonly kept: readonly Item[]; readonly erased: readonly Item[] }> {
  const pseudonyms = items.map((item) => said(item).pseudonym);
  const erasures = await readErasures(queries, place, pseudonyms);
  if (erasures.size === 0) return { kept: items, erased: [] };
  const isErased = (item: Item): boolean => {
    const { pseudonym, at } = said(item);
    return at <= (erasures.get(pseudonym) ?? -1);
  };
  return { kept: items.filter((item) => !isErased(item)), erased: items.filter(isErased) };
}

/**
 * To be called once all is written, when whoever erases one of the subscriptions at this moment was waited
 * for, or waits for us.
 *
 * @throws DATABASE_BUSY where one was erased meanwhile: all of it is to be undone, and tried again
 */
export async function requireNotErased(
  queries: Queries,
  place: SubscriptionPlace,
  written: readonly Said[],
): Promise<void> {
  const { erased } = await splitErased(queries, place, { items: written, said: (one) => one });
  if (erased.length === 0) return;
  throw storageError("DATABASE_BUSY", "a subscription was erased at this moment; try again");
}

/** Forgets old erasures: nothing from before them comes any more. */
export async function pruneErasures(queries: Queries, now: number): Promise<void> {
  await queries
    .deleteFrom("subscriber_erasures")
    .where("erased_at", "<", now - ERASURES_KEPT_MS)
    .execute();
}
