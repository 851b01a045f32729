import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable, Updateable } from "kysely";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import { DEFAULT_MODE } from "../settings.ts";
import type { NotificationMode, NotificationReadsTable } from "../tables.ts";
import { firstCovered } from "./history-spans.ts";

/** Returns how it stands; undefined where it was never begun. */
export async function findHistoryState(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<Selectable<NotificationReadsTable> | undefined> {
  return queries
    .selectFrom("notification_reads")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
}

/** An app in an environment, with how reading its history stands. */
interface ReadPlace extends SubscriptionPlace {
  readonly mode: NotificationMode;
  readonly nextAt: number | null;
  readonly readAt: number | null;
}

/** Returns every app in every environment it is served in. */
export async function listReadPlaces(queries: Queries): Promise<readonly ReadPlace[]> {
  const rows = await queries
    .selectFrom("app_environments as place")
    .leftJoin("notification_settings as settings", (join) =>
      join
        .onRef("settings.app", "=", "place.app")
        .onRef("settings.environment", "=", "place.environment"),
    )
    .leftJoin("notification_reads as read", (join) =>
      join.onRef("read.app", "=", "place.app").onRef("read.environment", "=", "place.environment"),
    )
    .select(["place.app", "place.environment", "settings.mode"])
    .select(["read.next_at as nextAt", "read.read_at as readAt"])
    .orderBy("place.app")
    .orderBy("place.environment")
    .execute();
  return rows.map(({ app, environment, mode, nextAt, readAt }) => ({
    app,
    environment,
    mode: mode ?? DEFAULT_MODE,
    nextAt,
    readAt,
  }));
}

/** An app as reading begins with it. */
export interface NewHistory {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When the app was made, ms since 1970. */
  readonly createdAt: number;
  readonly now: number;
}

/** Returns how reading stands, written down where it was not. */
export async function beginHistoryState(
  queries: Queries,
  { app, environment, createdAt, now }: NewHistory,
): Promise<Selectable<NotificationReadsTable>> {
  const row = {
    app,
    environment,
    covered_until: firstCovered(createdAt, now),
    reading_from: null,
    reading_until: null,
    pagination_token: null,
    read_at: null,
    recovered_at: null,
    problem: null,
    next_at: now,
  };
  await queries
    .insertInto("notification_reads")
    .values(row)
    .onConflict((conflict) => conflict.columns(["app", "environment"]).doNothing())
    .execute();
  return (await findHistoryState(queries, { app, environment })) ?? row;
}

/** Writes how reading stands. */
export async function writeHistoryState(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  change: Updateable<NotificationReadsTable>,
): Promise<void> {
  await queries
    .updateTable("notification_reads")
    .set(change)
    .where("app", "=", app)
    .where("environment", "=", environment)
    .execute();
}
