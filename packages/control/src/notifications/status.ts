import type { RouteBody, routes } from "@holdfast/api";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { findHistoryState } from "./history/history-state.ts";
import { readMode } from "./settings.ts";

type StatusBody = RouteBody<typeof routes.readNotificationStatus>;

const DAY_MS = 86_400_000;

/** How many days are counted, beside today. */
const DAYS = 14;

/**
 * Returns how an app's notifications come.
 *
 * @param now - milliseconds since 1970
 */
export async function readStatus(
  queries: Queries,
  place: SubscriptionPlace,
  now: number,
): Promise<StatusBody> {
  const lastPushedAt = await findLastPushed(queries, place);
  return {
    mode: await readMode(queries, place),
    path: `/apple/notifications/${place.app}`,
    ...(lastPushedAt === undefined ? {} : { lastPushedAt }),
    history: await historyOf(queries, place, now),
    days: await countDays(queries, place, now),
    waiting: await countWaiting(queries, place),
  };
}

async function findLastPushed(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<number | undefined> {
  const row = await queries
    .selectFrom("notification_days")
    .select("last_at")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("source", "=", "pushed")
    .orderBy("day", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.last_at;
}

async function historyOf(
  queries: Queries,
  place: SubscriptionPlace,
  now: number,
): Promise<StatusBody["history"]> {
  const state = await findHistoryState(queries, place);
  if (state === undefined) return { isReading: false };
  return {
    ...(state.read_at === null ? {} : { coveredUntil: state.covered_until, readAt: state.read_at }),
    isReading: state.reading_until !== null,
    ...(state.recovered_at === null ? {} : { recoveredAt: state.recovered_at }),
    ...(state.next_at <= now ? {} : { nextAt: state.next_at }),
    ...(state.problem === null ? {} : { problem: state.problem }),
  };
}

async function countDays(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  now: number,
): Promise<StatusBody["days"]> {
  const rows = await queries
    .selectFrom("notification_days")
    .select(["day", "source", "count"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", now - (now % DAY_MS) - DAYS * DAY_MS)
    .orderBy("day", "desc")
    .execute();
  return [...Map.groupBy(rows, ({ day }) => day)].map(([day, ofDay]) => {
    const counted = new Map(ofDay.map(({ source, count }) => [source, count]));
    return { day, pushed: counted.get("pushed") ?? 0, history: counted.get("history") ?? 0 };
  });
}

async function countWaiting(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<number> {
  const { count } = await queries
    .selectFrom("notification_forwardings")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirstOrThrow();
  return count;
}
