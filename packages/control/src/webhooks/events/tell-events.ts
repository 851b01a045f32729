import { changesSince, insertNew, latestChange } from "../../storage/index.ts";
import type { ChangeCursor, Database, IdSource, Transaction } from "../../storage/index.ts";
import { insertDeliveries } from "../deliveries.ts";
import { EVENT_TOPICS, eventOf } from "./event-of-change.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/** What telling needs. */
export interface TellMeans {
  readonly database: Database;
  readonly ids: IdSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Changes told in one transaction. */
const PAGE = 100;

/**
 * Begins to follow the feed of changes, in the transaction that makes a webhook: what is committed from then
 * on will be told. Where it is followed already, nothing changes.
 */
export async function beginFeed(transaction: Transaction): Promise<void> {
  const cursor = await latestChange(transaction.queries);
  await insertNew(transaction, { table: "webhook_feed", rows: [{ id: 1, cursor }], keys: ["id"] });
}

/**
 * Writes deliveries for every change since the last time. How far it came is written in the same
 * transaction: killed anywhere, no event is lost or told twice. Changes that are too old to be had any more,
 * because no process ran for days or after a restore, are passed over.
 */
export async function tellEvents(means: TellMeans): Promise<void> {
  while (await tellPage(means));
}

/** Returns whether there is more at once. */
async function tellPage({ database, ids, now }: TellMeans): Promise<boolean> {
  const { queries } = database;
  const feed = await queries
    .selectFrom("webhook_feed")
    .select("cursor")
    .where("id", "=", 1)
    .executeTakeFirst();
  // Before the first webhook there is nobody to tell.
  if (feed === undefined) return false;
  const page = await changesSince(
    queries,
    // Only cursors are written there.
    feed.cursor as ChangeCursor,
    { topics: EVENT_TOPICS, limit: PAGE },
  );
  if (page.cursor === feed.cursor) return false;
  const events: WebhookEvent[] = [];
  for (const change of page.changes) {
    const event = await eventOf(queries, change);
    if (event !== undefined) events.push(event);
  }
  await database.transaction(async (transaction) => {
    const { numUpdatedRows } = await transaction.queries
      .updateTable("webhook_feed")
      .set({ cursor: page.cursor })
      .where("id", "=", 1)
      .where("cursor", "=", feed.cursor)
      .executeTakeFirst();
    // Somebody else told them meanwhile.
    if (numUpdatedRows === 0n) return;
    await insertDeliveries(transaction.queries, events, { ids, now: now() });
  });
  return page.more;
}
