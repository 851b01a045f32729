import type { Queries } from "../../storage/index.ts";
import type { SubscriberImport } from "./subscriber-import.ts";

/** How fast an import goes. */
export interface ImportProgress {
  /** Statuses a second. */
  readonly ratePerSecond?: number;
  readonly etaSeconds?: number;
}

/** How long a measured rate is worth telling, ms. */
const RATE_HOLDS_MS = 10 * 60_000;

/**
 * Returns how fast an import under way goes, by what was measured lately, and how long it will take: itself,
 * what is still to be received of it, whatever is more urgent, and the imports begun before it.
 *
 * @param now - milliseconds since 1970
 */
export async function importProgress(
  queries: Queries,
  one: SubscriberImport,
  now: number,
): Promise<ImportProgress> {
  if (one.endedAt !== undefined) return {};
  const queue = await queries
    .selectFrom("status_queues")
    .select(["rate", "rate_at", "paused_until"])
    .where("app", "=", one.app)
    .where("environment", "=", one.environment)
    .executeTakeFirst();
  const rate = queue?.rate ?? 0;
  if (rate <= 0 || now - (queue?.rate_at ?? 0) > RATE_HOLDS_MS) return {};
  const ahead = (await countUrgent(queries, one)) + (await countEarlier(queries, one));
  const left = ahead + one.waiting + one.total - one.received;
  const pausedMs = Math.max(0, (queue?.paused_until ?? 0) - now);
  return { ratePerSecond: rate, etaSeconds: Math.ceil(left / rate + pausedMs / 1000) };
}

async function countUrgent(queries: Queries, one: SubscriberImport): Promise<number> {
  const { count } = await queries
    .selectFrom("wanted_statuses")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("app", "=", one.app)
    .where("environment", "=", one.environment)
    .where("step", "=", "status")
    .where("urgency", "in", [0, 1])
    .where("next_at", "is not", null)
    .executeTakeFirstOrThrow();
  return count;
}

async function countEarlier(queries: Queries, one: SubscriberImport): Promise<number> {
  const earlier = await queries
    .selectFrom("subscriber_imports")
    .select(["accepted", "fetched", "not_found", "failed"])
    .where("app", "=", one.app)
    .where("environment", "=", one.environment)
    .where("ended_at", "is", null)
    .where("created_at", "<=", one.createdAt)
    .where("id", "!=", one.id)
    .execute();
  return earlier.reduce(
    (sum, row) => sum + row.accepted - row.fetched - row.not_found - row.failed,
    0,
  );
}
