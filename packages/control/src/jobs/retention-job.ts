import type { Database } from "../storage/index.ts";
import { pruneChanges } from "../storage/index.ts";
import type { JobKind } from "./job-kind.ts";
import { SYSTEM_TIMES } from "./job-times.ts";
import type { JobTimes } from "./job-times.ts";

/** What is kept how long. */
export interface RetentionOptions {
  readonly database: Database;
  /** How long after their end jobs can be looked at, ms; default 7 days. */
  readonly finishedJobsMs?: number;
  /** How long a reader of changes may be away without starting afresh, ms; default 7 days. */
  readonly changesMs?: number;
  /** Rows deleted by one statement; default 500. */
  readonly batch?: number;
  /** Statements for one table in one run; default 200. What is left is the next run's. */
  readonly maxBatches?: number;
  readonly times?: Pick<JobTimes, "now">;
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/**
 * Returns the job that deletes what nobody needs any more, every hour: expired idempotency keys,
 * finished jobs and old changes. In small statements, so that nobody waits long for it.
 */
export function retentionJob(options: RetentionOptions): JobKind {
  const { database, finishedJobsMs = WEEK_MS, changesMs = WEEK_MS } = options;
  const { batch = 500, maxBatches = 200, times = SYSTEM_TIMES } = options;

  return {
    name: "storage.retention",
    everyMs: HOUR_MS,
    async run({ signal }) {
      const now = times.now();
      const deletions = [
        () => deleteExpiredKeys(database, now, batch),
        () => deleteFinishedJobs(database, now - finishedJobsMs, batch),
        () => pruneChanges(database, { before: now - changesMs, limit: batch }),
      ];
      for (const deleteBatch of deletions) {
        for (let done = 0; done < maxBatches; done += 1) {
          signal.throwIfAborted();
          if ((await deleteBatch()) === 0) break;
        }
      }
    },
  };
}

async function deleteExpiredKeys(
  { queries }: Database,
  now: number,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("idempotency_keys")
    .where((row) =>
      row(
        row.refTuple("scope", "key"),
        "in",
        row
          .selectFrom("idempotency_keys as expired")
          .select(["expired.scope", "expired.key"])
          .where("expired.expires_at", "<=", now)
          .orderBy("expired.expires_at")
          .limit(limit)
          .$asTuple("scope", "key"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function deleteFinishedJobs(
  { queries }: Database,
  before: number,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("jobs")
    .where("id", "in", (subquery) =>
      subquery
        .selectFrom("jobs as finished")
        .select("finished.id")
        .where("finished.finished_at", "<", before)
        .orderBy("finished.finished_at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
