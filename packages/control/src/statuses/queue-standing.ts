import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** How fetching statuses is in one place, without looking at the queue itself. */
export interface QueueStanding extends SubscriptionPlace {
  /** Apple is not asked before, ms since 1970; null where it is. */
  readonly pausedUntil: number | null;
  /** Statuses a second, as last measured. */
  readonly rate: number | null;
  /** Ids of imports under way that Apple was not asked about yet. */
  readonly importsWaiting: number;
}

/** Returns the places in which Apple was ever asked for statuses. */
export async function readQueueStandings(queries: Queries): Promise<readonly QueueStanding[]> {
  const queues = await queries
    .selectFrom("status_queues")
    .select(["app", "environment", "paused_until as pausedUntil", "rate"])
    .orderBy("app")
    .orderBy("environment")
    .execute();
  const imports = await queries
    .selectFrom("subscriber_imports")
    .select(["app", "environment", "accepted", "fetched", "not_found", "failed"])
    .where("ended_at", "is", null)
    .execute();
  return queues.map(({ app, environment, pausedUntil, rate }) => ({
    app,
    environment,
    pausedUntil,
    rate,
    importsWaiting: imports
      .filter((one) => one.app === app && one.environment === environment)
      .reduce((sum, row) => sum + row.accepted - row.fetched - row.not_found - row.failed, 0),
  }));
}
