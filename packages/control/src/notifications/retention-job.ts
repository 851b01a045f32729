import type { JobKind } from "../jobs/index.ts";
import type { Database } from "../storage/index.ts";
import { dropUnwanted } from "./forwarding/forwards.ts";
import { KEPT_MS, pruneDays, pruneNotifications } from "./prune-notifications.ts";

const EVERY_MS = 15 * 60_000;

/** Rows deleted by one statement, and statements for one app in an environment in one run. */
const PRUNED = { rows: 500, batches: 400 } as const;

/** What the job needs. */
interface RetentionOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Returns the job that forgets notifications which came 90 days ago. In small statements, so that nobody waits
 * long for it.
 */
export function notificationRetentionJob({ database, now }: RetentionOptions): JobKind {
  const { queries } = database;
  return {
    name: "notifications.retention",
    everyMs: EVERY_MS,
    async run({ signal }) {
      await pruneDays(queries, now());
      const apps = await queries.selectFrom("apps").select("id").orderBy("id").execute();
      for (const { id: app } of apps) {
        for (const environment of ["production", "sandbox"] as const) {
          const place = { app, environment };
          await database.transaction((transaction) => dropUnwanted(transaction.queries, place));
          const before = now() - KEPT_MS;
          for (let batch = 0; batch < PRUNED.batches; batch += 1) {
            signal.throwIfAborted();
            const options = { before, limit: PRUNED.rows };
            if ((await pruneNotifications(queries, place, options)) === 0) break;
          }
        }
      }
    },
  };
}
