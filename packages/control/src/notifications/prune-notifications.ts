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

/** Deletes the counts of days two years ago. */
export async function pruneDays(queries: Queries, now: number): Promise<void> {
  await queries
    .deleteFrom("notification_days")
    .where("day", "<", now - DAYS_KEPT_MS)
    .execute();
}

/**
 * Deletes which of some subscriptions notifications were about, and returns in how many: what is left of them tells of
 * nobody, and keeps a repetition from counting for new. What is on its way to where notifications are passed
 * on to goes on; it names nobody in its row.
 */
export async function eraseNotificationsOf(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable("notifications")
    .set({ pseudonym: null })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
