import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { DAY_MS, dayOf } from "./tally-decisions.ts";

/**
 * Returns the days that there may be decisions of, the newest first: what is found by an identifier or a
 * pseudonym is looked for in each of them. A few hundred at most, for older ones are deleted.
 */
export async function daysHeld(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<readonly number[]> {
  const edge = (direction: "asc" | "desc") =>
    queries
      .selectFrom("decisions")
      .select("requested_at")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .orderBy("requested_at", direction)
      .limit(1)
      .executeTakeFirst();
  const [oldest, newest] = [await edge("asc"), await edge("desc")];
  if (oldest === undefined || newest === undefined) return [];
  const [first, last] = [dayOf(oldest.requested_at), dayOf(newest.requested_at)];
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, index) => last - index * DAY_MS);
}
