import type { JobKind } from "../jobs/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** What the jobs need. */
export interface DecisionJobsOptions {
  readonly database: Database;
  /** How long raw rows are kept, ms. */
  readonly keptMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rows deleted by one statement; default 500. */
  readonly batch?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How many days decisions are kept where nothing else is said. */
const DEFAULT_DAYS = 90;

/** Statements for one place in one run: what is left is the next run's. */
const MAX_BATCHES = 2000;

/** Returns how long decisions are kept, ms. */
export function keptMsOf(days: number = DEFAULT_DAYS): number {
  return days * DAY_MS;
}

/** Returns the job that deletes decisions once they were kept long enough. */
export function decisionJobs(options: DecisionJobsOptions): readonly JobKind[] {
  const { database, keptMs, now, batch = 500 } = options;
  const { queries } = database;
  return [
    {
      name: "decisions.retention",
      everyMs: HOUR_MS,
      async run({ signal }) {
        // A day later than older ones are refused: what was deleted is never taken in again, also where
        // processes' clocks differ.
        const before = now() - keptMs - DAY_MS;
        for (const place of await placesOf(queries)) {
          for (let done = 0; done < MAX_BATCHES; done += 1) {
            signal.throwIfAborted();
            if ((await deleteOld(queries, place, { before, limit: batch })) < batch) break;
          }
        }
      },
    },
  ];
}

async function placesOf(queries: Queries): Promise<readonly SubscriptionPlace[]> {
  const apps = await queries.selectFrom("apps").select("id").orderBy("id").execute();
  return apps.flatMap(({ id }) =>
    (["sandbox", "production"] as const).map((environment) => ({ app: id, environment })),
  );
}

async function deleteOld(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("decisions")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where((row) =>
      row(
        row.refTuple("day", "request_identifier"),
        "in",
        row
          .selectFrom("decisions as old")
          .select(["old.day", "old.request_identifier"])
          .where("old.app", "=", app)
          .where("old.environment", "=", environment)
          .where("old.requested_at", "<", before)
          .orderBy("old.requested_at")
          .limit(limit)
          .$asTuple("day", "request_identifier"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
