import type { JobKind } from "../../jobs/index.ts";
import { deleteSomeOf } from "../../storage/index.ts";
import type { Database, Queries } from "../../storage/index.ts";
import { findTarget } from "../target.ts";
import { WORKER_STATE_TABLES } from "./tables-of-apps.ts";

const LOOK_EVERY_MS = 60_000;

/** Rows deleted by one transaction. */
const DELETED_ROWS = 1000;

/** What clearing needs. */
export interface ClearStatesMeans {
  readonly database: Database;
  /** Rows deleted by one transaction; default 1,000. */
  readonly batch?: number | undefined;
}

/**
 * Returns the job that deletes what was marked for apps that have no namespace any more. Should one be
 * connected meanwhile, what is deleted of it is marked again with all that was there before.
 */
export function clearStatesJob({ database, batch = DELETED_ROWS }: ClearStatesMeans): JobKind {
  return {
    name: "workers.clearStates",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      for (const table of WORKER_STATE_TABLES) {
        let app = await nextApp(database.queries, table, "");
        while (app !== undefined) {
          signal.throwIfAborted();
          const of = { app, limit: batch };
          if ((await deleteUnlessConnected(database, table, of)) < batch) {
            app = await nextApp(database.queries, table, app);
          }
        }
      }
    },
  };
}

type StateTable = (typeof WORKER_STATE_TABLES)[number];

/** By the key, so that not all rows of an app are read to find the next. */
async function nextApp(
  queries: Queries,
  table: StateTable,
  after: string,
): Promise<string | undefined> {
  const row = await queries
    .selectFrom(table)
    .select("app")
    .where("app", ">", after)
    .orderBy("app")
    .limit(1)
    .executeTakeFirst();
  return row?.app;
}

async function deleteUnlessConnected(
  database: Database,
  table: StateTable,
  of: { readonly app: string; readonly limit: number },
): Promise<number> {
  return database.transaction(async ({ queries }) => {
    if ((await findTarget(queries, of.app)) !== undefined) return 0;
    return deleteSomeOf(queries, table, of);
  });
}
