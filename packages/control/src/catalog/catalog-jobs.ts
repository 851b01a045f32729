import type { JobKind } from "../jobs/index.ts";
import { enqueueJob } from "../storage/index.ts";
import type { IdSource, Queries, Transaction } from "../storage/index.ts";
import { syncCatalog } from "./sync-catalog.ts";
import type { SyncOptions } from "./sync-catalog.ts";
import { beginSync, readSyncState } from "./sync-state.ts";
import type { CatalogSync } from "./sync-state.ts";

/** How often catalogs are read by themselves, ms. */
export const SYNC_EVERY_MS = 6 * 3_600_000;

/** How often it is looked whether one is due, ms. */
const LOOK_EVERY_MS = 10 * 60_000;

/** With the delays between tries, about two and a half hours: an hour's limit of calls passes meanwhile. */
const MAX_ATTEMPTS = 20;

const SYNC_KIND = "catalog.sync";

/** What the jobs need. */
export interface CatalogJobsOptions extends SyncOptions {
  readonly ids: IdSource;
  /** Default 6 hours. */
  readonly everyMs?: number;
}

/** Returns the job that reads one catalog, and the one that begins those that are due. */
export function catalogJobs(options: CatalogJobsOptions): readonly JobKind[] {
  const { database, ids, now = Date.now, everyMs = SYNC_EVERY_MS } = options;
  return [
    {
      name: SYNC_KIND,
      run: ({ payload, signal }) => syncCatalog(appOf(payload), options, signal),
    },
    {
      name: "catalog.schedule",
      everyMs: LOOK_EVERY_MS,
      async run({ signal }) {
        for (const app of await dueApps(database.queries, now() - everyMs)) {
          signal.throwIfAborted();
          await database.transaction((transaction) =>
            requestSync(transaction, app, { id: ids(), now: now() }),
          );
        }
      },
    },
  ];
}

/**
 * Has an app's catalog read by a job, once the transaction is committed, and returns how the sync stands
 * then. While one is under way or waits for its next try, no second one begins.
 */
export async function requestSync(
  transaction: Transaction,
  app: string,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<CatalogSync> {
  const isNew = await enqueueJob(transaction, {
    id,
    kind: SYNC_KIND,
    key: app,
    payload: { app },
    dueAt: now,
    maxAttempts: MAX_ATTEMPTS,
    now,
  });
  if (isNew) await beginSync(transaction.queries, app, now);
  return readSyncState(transaction.queries, app);
}

/** Apps with an active App Store Connect key whose last sync began before, or that never had one. */
async function dueApps(queries: Queries, before: number): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom("connect_keys as key")
    .leftJoin("catalog_syncs as sync", "sync.app", "key.app")
    .select("key.app")
    .where("key.is_active", "=", 1)
    .where((row) =>
      row.or([row("sync.started_at", "is", null), row("sync.started_at", "<=", before)]),
    )
    .orderBy("key.app")
    .execute();
  return rows.map(({ app }) => app);
}

function appOf(payload: unknown): string {
  const isNamed = typeof payload === "object" && payload !== null && "app" in payload;
  return isNamed ? String(payload.app) : "";
}
