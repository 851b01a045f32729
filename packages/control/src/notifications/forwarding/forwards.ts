import { ApiRefusal } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import type { NotificationForwardsTable } from "../tables.ts";

/** The most addresses of an app in an environment: each notification is posted to all of them. */
const MAX_FORWARDS = 5;

/** An address that notifications are passed on to. */
export type Forward = Selectable<NotificationForwardsTable>;

/** Which of them. */
export interface ForwardPlace extends SubscriptionPlace {
  readonly forward: string;
}

/** An address, with how many notifications wait for it. */
export interface ForwardWithQueue extends Forward {
  readonly waiting: number;
}

/** Returns the addresses of an app in an environment, the oldest first. */
export async function listForwards(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<readonly ForwardWithQueue[]> {
  const forwards = await queries
    .selectFrom("notification_forwards")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  if (forwards.length === 0) return [];
  const counts = await queries
    .selectFrom("notification_forwardings")
    .select(({ fn }) => ["forward", fn.countAll<number>().as("count")])
    .where(
      "forward",
      "in",
      forwards.map(({ id }) => id),
    )
    .groupBy("forward")
    .execute();
  const waiting = new Map(counts.map(({ forward, count }) => [forward, count]));
  return forwards.map((forward) => withQueue(forward, waiting.get(forward.id) ?? 0));
}

function withQueue(forward: Forward, waiting: number): ForwardWithQueue {
  return { ...forward, waiting };
}

/** An address to add. */
export type NewForward = Pick<
  NotificationForwardsTable,
  "id" | "app" | "environment" | "url" | "created_at"
>;

/**
 * Adds an address, and returns it as it is then.
 *
 * @throws ApiRefusal `CONFLICT` where it is there already, or there are as many as there can be
 */
export async function insertForward(
  queries: Queries,
  forward: NewForward,
): Promise<ForwardWithQueue> {
  const others = await listForwards(queries, forward);
  if (others.some(({ url }) => url === forward.url)) {
    throw new ApiRefusal("CONFLICT", "notifications are passed on to this URL already");
  }
  if (others.length >= MAX_FORWARDS) {
    throw new ApiRefusal(
      "CONFLICT",
      `notifications are passed on to ${MAX_FORWARDS} URLs, and can be to no more`,
      { advice: "remove one that nobody needs" },
    );
  }
  const row = {
    ...forward,
    delivered: 0,
    failed: 0,
    last_delivered_at: null,
    last_status: null,
    last_problem: null,
    failing_since: null,
  };
  await queries.insertInto("notification_forwards").values(row).execute();
  return { ...row, waiting: 0 };
}

/**
 * Deletes an address with what waits for it, and returns what it was.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function deleteForward(
  queries: Queries,
  { app, environment, forward }: ForwardPlace,
): Promise<Forward> {
  const deleted = await queries
    .deleteFrom("notification_forwards")
    .where("id", "=", forward)
    .where("app", "=", app)
    .where("environment", "=", environment)
    .returningAll()
    .executeTakeFirst();
  if (deleted === undefined) {
    throw new ApiRefusal("NOT_FOUND", `${app} has no such URL in ${environment}`);
  }
  await dropUnwanted(queries, { app, environment });
  return deleted;
}

/**
 * Deletes the bodies nobody waits for any more, which deleting an address or a process that died may leave,
 * and says of their notifications that they were not passed on.
 */
export async function dropUnwanted(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<void> {
  const bodies = await queries
    .selectFrom("notification_bodies as body")
    .select("body.notification_uuid")
    .where("body.app", "=", app)
    .where("body.environment", "=", environment)
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom("notification_forwardings as forwarding")
            .select("forwarding.id")
            .whereRef("forwarding.app", "=", "body.app")
            .whereRef("forwarding.environment", "=", "body.environment")
            .whereRef("forwarding.notification_uuid", "=", "body.notification_uuid"),
        ),
      ),
    )
    .limit(MAX_DROPPED)
    .execute();
  const uuids = bodies.map(({ notification_uuid: uuid }) => uuid);
  for (let start = 0; start < uuids.length; start += UUIDS_A_STATEMENT) {
    const batch = uuids.slice(start, start + UUIDS_A_STATEMENT);
    await queries
      .updateTable("notifications")
      .set({ forwarding: "failed" })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("notification_uuid", "in", batch)
      .where("forwarding", "=", "waiting")
      .execute();
    await queries
      .deleteFrom("notification_bodies")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("notification_uuid", "in", batch)
      .execute();
  }
}

/** What is dropped at once; what is left is the retention job's. */
const MAX_DROPPED = 10_000;

const UUIDS_A_STATEMENT = 500;
