import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

const DAY_MS = 86_400_000;

/**
 * How long notifications are remembered, ms: 90 days. Whatever could come a second time must still be known
 * then; what is signed earlier than ten days less is not taken at all.
 */
export const KEPT_MS = 90 * DAY_MS;

/** How long the counts of days are kept, ms: two years. */
const DAYS_KEPT_MS = 730 * DAY_MS;

/** What is deleted by one statement. */
export interface PruneOptions {
  /** What came before, ms since 1970. */
  readonly before: number;
  /** The most rows. */
  readonly limit: number;
}

/** Deletes notifications of a place that came before a time, at most so many, and returns how many. */
export async function pruneNotifications(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { before, limit }: PruneOptions,
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("notifications")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("notification_uuid", "in", (subquery) =>
      subquery
        .selectFrom("notifications as old")
        .select("old.notification_uuid")
        .where("old.app", "=", app)
        .where("old.environment", "=", environment)
        .where("old.received_at", "<", before)
        .orderBy("old.received_at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** An app that notifications are stored of. */
interface StoredApp {
  readonly app: string;
  /** When it was made, ms since 1970; undefined where it was deleted. */
  readonly createdAt: number | undefined;
}

/** Returns all apps that notifications are stored of, by one step along the index for each. */
export async function listStoredApps(queries: Queries): Promise<readonly StoredApp[]> {
  const found: StoredApp[] = [];
  for (let after = ""; ;) {
    const next = await queries
      .selectFrom("notifications")
      .select("app")
      .where("app", ">", after)
      .orderBy("app")
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return found;
    after = next.app;
    const row = await queries
      .selectFrom("apps")
      .select("created_at")
      .where("id", "=", after)
      .executeTakeFirst();
    found.push({ app: after, createdAt: row?.created_at });
  }
}

/** Deletes the counts of days two years ago. */
export async function pruneDays(queries: Queries, now: number): Promise<void> {
  await queries
    .deleteFrom("notification_days")
    .where("day", "<", now - DAYS_KEPT_MS)
    .execute();
}

/**
 * Deletes which subscription notifications were about, and returns in how many: what is left of them tells of
 * nobody, and keeps a repetition from counting for new. What is on its way to where notifications are passed
 * on to goes on; it names nobody in its row.
 */
export async function eraseNotificationsOf(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable("notifications")
    .set({ pseudonym: null })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
