import type { JobKind } from "../../jobs/index.ts";
import type { Database } from "../../storage/index.ts";
import { pruneErasures } from "../erased-before.ts";

const HOUR_MS = 3_600_000;

/** Rows deleted by one statement, and statements in one run. */
const DELETED = { rows: 1000, batches: 500 } as const;

/**
 * Returns the job that deletes what the team said and what has expired, which nobody sees since it did, and
 * forgets old erasures.
 */
export function expiredAttributesJob({
  database,
  now,
}: {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): JobKind {
  return {
    name: "subscribers.expiredAttributes",
    everyMs: HOUR_MS,
    async run({ signal }) {
      await pruneErasures(database.queries, now());
      for (let batch = 0; batch < DELETED.batches; batch += 1) {
        signal.throwIfAborted();
        if ((await deleteExpired(database, now())) < DELETED.rows) return;
      }
    },
  };
}

/** Deletes the first expired rows; returns how many. */
async function deleteExpired({ queries }: Database, now: number): Promise<number> {
  const expired = queries
    .selectFrom("subscriber_attributes")
    .select(["app", "environment", "owner", "name"])
    .where("expires_at", "<=", now)
    .orderBy("expires_at")
    .limit(DELETED.rows);
  const { numDeletedRows } = await queries
    .deleteFrom("subscriber_attributes")
    .where((row) =>
      row(
        row.refTuple("app", "environment", "owner", "name"),
        "in",
        expired.$asTuple("app", "environment", "owner", "name"),
      ),
    )
    // One that was said anew meanwhile stays.
    .where("expires_at", "<=", now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
