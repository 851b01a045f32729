import type { JobKind } from "../jobs/index.ts";
import { deleteSomeOf } from "../storage/index.ts";
import type { Database, TableOfApps } from "../storage/index.ts";

/** What clearing needs. */
export interface ClearAppsOptions {
  readonly database: Database;
  /** Tables that may hold millions of rows of an app, in the order in which whoever writes several of them does. */
  readonly tables: readonly TableOfApps[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rows deleted by one statement; default 500. */
  readonly batch?: number;
}

const LOOK_EVERY_MS = 10_000;

/**
 * How long after an app was deleted something may still be written of it, ms: by transactions that had
 * begun, none of which lasts longer.
 */
const STILL_WRITTEN_MS = 2 * 60_000;

/**
 * Returns the job that deletes what is left of deleted apps in large tables, by small statements. Only when
 * nothing is left, and nothing can come any more, another app can be made under the id. Killed anywhere, it
 * goes on with what is there.
 */
export function clearAppsJob({ database, tables, now, batch = 500 }: ClearAppsOptions): JobKind {
  const { queries } = database;
  return {
    name: "apps.clear",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      const deleted = await queries
        .selectFrom("app_clearances")
        .selectAll()
        .orderBy("deleted_at")
        .execute();
      for (const { app, deleted_at } of deleted) {
        const isOver = now() >= deleted_at + STILL_WRITTEN_MS;
        for (const table of tables) {
          let count: number;
          do {
            signal.throwIfAborted();
            count = await deleteSomeOf(queries, table, { app, limit: batch });
          } while (count === batch);
        }
        if (isOver) await queries.deleteFrom("app_clearances").where("app", "=", app).execute();
      }
    },
  };
}
