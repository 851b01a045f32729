import type { IdSource, Queries } from "../../storage/index.ts";
import { byPlace } from "../../subscribers/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";

/** A notification that may have to be passed on. */
export interface ForwardableNotification {
  readonly place: SubscriptionPlace;
  readonly notificationUUID: string;
  /** The body it came in. */
  readonly body: Uint8Array;
  /** Null where none came. */
  readonly contentType: string | null;
  /** Seals the body for the row of this notification. */
  readonly seal: (content: Uint8Array) => Uint8Array;
}

/** The most notifications that wait for one address, some 150 MB; what comes beyond is not passed on to it. */
export const MAX_WAITING = 10_000;

/** Why a notification was not even tried to be passed on. */
const BACKLOG_FULL = "BACKLOG_FULL";

/**
 * Puts notifications, each of them new, in the queues of all that they are passed on to, with their bodies
 * sealed. Where a queue is full, that is counted, and the notification shows it.
 */
export async function queueForwardings(
  queries: Queries,
  added: readonly ForwardableNotification[],
  { ids, now }: { readonly ids: IdSource; readonly now: number },
): Promise<void> {
  if (added.length === 0) return;
  const apps = [...new Set(added.map(({ place }) => place.app))];
  const forwards = await queries
    .selectFrom("notification_forwards")
    .select(["id", "app", "environment"])
    .where("app", "in", apps)
    .orderBy("id")
    .execute();
  const queued = new Set<ForwardableNotification>();
  const overflown = new Set<ForwardableNotification>();
  const rows = [];
  for (const { id: forward, app, environment } of forwards) {
    const theirs = added.filter(
      ({ place }) => place.app === app && place.environment === environment,
    );
    if (theirs.length === 0) continue;
    const room = Math.max(0, MAX_WAITING - (await countWaiting(queries, forward)));
    for (const one of theirs.slice(0, room)) {
      queued.add(one);
      const notification_uuid = one.notificationUUID;
      const place = { app, environment, notification_uuid };
      rows.push({ id: ids(), forward, ...place, attempts: 0, next_at: now });
    }
    const left = theirs.slice(room);
    for (const one of left) overflown.add(one);
    if (left.length > 0) await countOverflow(queries, forward, left.length);
  }
  for (const batch of inBatches([...queued])) await insertBodies(queries, batch);
  for (const batch of inBatches(rows)) {
    await queries.insertInto("notification_forwardings").values(batch).execute();
  }
  await markForwarding(
    queries,
    "waiting",
    [...queued].filter((one) => !overflown.has(one)),
  );
  await markForwarding(queries, "failed", [...overflown]);
}

/** Rows of one statement: far from what either engine's parameters allow. */
const ROWS_A_STATEMENT = 500;

function inBatches<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / ROWS_A_STATEMENT) }, (_, index) =>
    items.slice(index * ROWS_A_STATEMENT, (index + 1) * ROWS_A_STATEMENT),
  );
}

/** Counts no further than matters. */
async function countWaiting(queries: Queries, forward: string): Promise<number> {
  const { count } = await queries
    .selectFrom((inner) =>
      inner
        .selectFrom("notification_forwardings")
        .select("id")
        .where("forward", "=", forward)
        .limit(MAX_WAITING)
        .as("waiting"),
    )
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

async function countOverflow(queries: Queries, forward: string, count: number): Promise<void> {
  await queries
    .updateTable("notification_forwards")
    .set((column) => ({ failed: column("failed", "+", count), last_problem: BACKLOG_FULL }))
    .where("id", "=", forward)
    .execute();
}

async function insertBodies(
  queries: Queries,
  batch: readonly ForwardableNotification[],
): Promise<void> {
  const rows = batch.map(({ place, notificationUUID, contentType, body, seal }) => ({
    ...place,
    notification_uuid: notificationUUID,
    content_type: contentType,
    sealed: seal(body),
  }));
  await queries
    .insertInto("notification_bodies")
    .values(rows)
    // A body outlives its notification's row where an address was away for long; it is the same.
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "notification_uuid"]).doNothing(),
    )
    .execute();
}

async function markForwarding(
  queries: Queries,
  state: "waiting" | "failed",
  marked: readonly ForwardableNotification[],
): Promise<void> {
  for (const [{ app, environment }, ofPlace] of byPlace(marked, ({ place }) => place)) {
    const uuids = ofPlace.map(({ notificationUUID }) => notificationUUID);
    await queries
      .updateTable("notifications")
      .set({ forwarding: state })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("notification_uuid", "in", uuids)
      .execute();
  }
}
