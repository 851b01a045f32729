import type { Queries } from "../storage/index.ts";
import { byPlace } from "../subscribers/index.ts";
import { FRESH_MS } from "./write-wanted.ts";

/**
 * Forgets up to `limit` of those who are not asked about any more, and were not so lately that it matters;
 * returns how many.
 *
 * @param now - milliseconds since 1970
 */
export async function pruneSettled(queries: Queries, now: number, limit: number): Promise<number> {
  const old = await queries
    .selectFrom("wanted_statuses")
    .select(["app", "environment", "subject"])
    .where("next_at", "is", null)
    .where("fetched_at", "<=", now - FRESH_MS)
    .orderBy("fetched_at")
    .limit(limit)
    .execute();
  let count = 0;
  for (const [{ app, environment }, rows] of byPlace(old, (row) => row)) {
    const { numDeletedRows } = await queries
      .deleteFrom("wanted_statuses")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where(
        "subject",
        "in",
        rows.map(({ subject }) => subject),
      )
      .where("next_at", "is", null)
      .executeTakeFirst();
    count += Number(numDeletedRows);
  }
  return count;
}
