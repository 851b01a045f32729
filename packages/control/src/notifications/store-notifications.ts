import { insertNew } from "../storage/index.ts";
import type { IdSource, Queries, Transaction } from "../storage/index.ts";
import { byPlace, saidByNews, splitErased } from "../subscribers/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";
import { queueForwardings } from "./forwarding/queue-forwardings.ts";
import type { ForwardableNotification } from "./forwarding/queue-forwardings.ts";
import type { NotificationSource } from "./tables.ts";
import type { VerifiedNotification } from "./verify-notification.ts";

/** A notification that came here. */
export interface TakenNotification extends VerifiedNotification, ForwardableNotification {
  readonly source: NotificationSource;
}

/** Takes what Apple says of subscriptions, each once, in the transaction in which it was found to be new. */
export interface NewsStream {
  takeNews(
    transaction: Transaction,
    place: SubscriptionPlace,
    news: readonly SubscriptionNews[],
  ): Promise<void>;
}

/** What storing needs. */
export interface StoreMeans {
  readonly streams: NewsStream;
  readonly ids: IdSource;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const DAY_MS = 86_400_000;

/**
 * Stores notifications, and tells for each whether it is new. What is new goes on to the subscribers' states
 * and to those it is passed on to, and is counted: all of it in this transaction, so each once, however
 * often and wherever a notification comes.
 */
export async function storeNotifications(
  transaction: Transaction,
  taken: readonly TakenNotification[],
  means: StoreMeans,
): Promise<readonly boolean[]> {
  const { queries } = transaction;
  const { now } = means;
  const firsts = new Map<string, TakenNotification>();
  for (const one of await withoutErased(queries, taken)) {
    if (!firsts.has(keyOf(one))) firsts.set(keyOf(one), one);
  }
  const inserted = await insertNew(transaction, {
    table: "notifications",
    keys: ["app", "environment", "notification_uuid"],
    rows: [...firsts.values()].map((one) => rowOf(one, now)),
  });
  const added = inserted.flatMap((row) => {
    const { app, environment, notification_uuid: notificationUUID } = row;
    return firsts.get(keyOf({ place: { app, environment }, notificationUUID })) ?? [];
  });
  await queueForwardings(queries, added, means);
  for (const [place, ofPlace] of byPlace(added, placeOf)) {
    const news = ofPlace.flatMap(({ news: one }) => one ?? []);
    if (news.length > 0) await means.streams.takeNews(transaction, place, news);
  }
  // Last, for its rows are shared by everybody who stores for the app today.
  await countDay(queries, added, now);
  const isNew = new Set(added.map(keyOf));
  return taken.map((one) => {
    const isFirst = isNew.delete(keyOf(one));
    return isFirst;
  });
}

/** Of a subscription that was erased after Apple signed a notification it is kept that it came, and no more. */
async function withoutErased(
  queries: Queries,
  taken: readonly TakenNotification[],
): Promise<readonly TakenNotification[]> {
  const left = new Set<SubscriptionNews>();
  for (const [place, ofPlace] of byPlace(taken, placeOf)) {
    const items = ofPlace.flatMap(({ news }) => news ?? []);
    const { erased } = await splitErased(queries, place, { items, said: saidByNews });
    for (const one of erased) left.add(one);
  }
  if (left.size === 0) return taken;
  return taken.map((one) =>
    one.news !== undefined && left.has(one.news) ? { ...one, news: undefined } : one,
  );
}

type Named = Pick<TakenNotification, "place" | "notificationUUID">;

function keyOf({ place: { app, environment }, notificationUUID }: Named): string {
  return [app, environment, notificationUUID].join(" ");
}

function rowOf({ place, news, ...one }: TakenNotification, now: number) {
  return {
    ...place,
    notification_uuid: one.notificationUUID,
    type: one.type,
    subtype: one.subtype,
    pseudonym: news?.pseudonym ?? null,
    signed_date: one.signedDate,
    received_at: now,
    source: one.source,
    forwarding: null,
  };
}

function placeOf({ place }: TakenNotification): SubscriptionPlace {
  return place;
}

async function countDay(
  queries: Queries,
  added: readonly TakenNotification[],
  now: number,
): Promise<void> {
  const rows = byPlace(added, placeOf).flatMap(([place, ofPlace]) =>
    (["history", "pushed"] as const).flatMap((source) => {
      const count = ofPlace.filter((one) => one.source === source).length;
      return count === 0
        ? []
        : [{ ...place, day: now - (now % DAY_MS), source, count, last_at: now }];
    }),
  );
  if (rows.length === 0) return;
  await queries
    .insertInto("notification_days")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "day", "source"]).doUpdateSet((column) => ({
        count: column("notification_days.count", "+", column.ref("excluded.count")),
        last_at: column.ref("excluded.last_at"),
      })),
    )
    .execute();
}
