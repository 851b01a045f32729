import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { ApiRefusal, etagOf, readCursor, writeCursor } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { findActiveConnectKey } from "../keys/index.ts";
import type { Database, IdSource } from "../storage/index.ts";
import { requestSync, SYNC_EVERY_MS } from "./catalog-jobs.ts";
import { readStoredCatalog } from "./read-catalog.ts";
import type { StoredCatalog } from "./read-catalog.ts";
import { listProblems } from "./stored-problems.ts";
import { readSyncState } from "./sync-state.ts";
import type { CatalogSync } from "./sync-state.ts";

/** What the operations on catalogs need. */
export interface CatalogFeatureOptions {
  readonly database: Database;
  readonly ids: IdSource;
  /** How often catalogs are read by themselves, as the jobs have it, ms; default 6 hours. */
  readonly everyMs?: number;
}

/** Returns the operations on catalogs. */
export function createCatalogFeature(options: CatalogFeatureOptions): Feature {
  return {
    operations: [read(options), sync(options), readSync(options), listAll(options)],
  };
}

function read({ database: { queries } }: CatalogFeatureOptions): Implementation {
  return implement(routes.readCatalog, async ({ params: { app } }) => {
    const catalog = await readStoredCatalog(queries, app);
    if (catalog === undefined) {
      throw new ApiRefusal("NOT_FOUND", `the catalog of ${app} was not read yet`, {
        advice: "add an App Store Connect key and sync",
      });
    }
    return { body: bodyOf(catalog), etag: etagOf(`${catalog.hash}-${catalog.syncedAt}`) };
  });
}

function sync(options: CatalogFeatureOptions): Implementation {
  return implement(routes.syncCatalog, async ({ params: { app } }, { now, change }) => {
    const { database, ids } = options;
    await readApp(database.queries, app);
    return change(async (transaction) => {
      const key = await findActiveConnectKey(transaction.queries, app);
      if (key === undefined) {
        throw new ApiRefusal("CONFLICT", `${app} has no active App Store Connect key`, {
          advice: "add one",
        });
      }
      const state = await requestSync(transaction, app, { id: ids(), now });
      await transaction.audit({ target: app, summary: `asked for a sync of ${app}'s catalog` });
      return { body: syncBodyOf(state, nextAt(state, { options, now })) };
    });
  });
}

function readSync(options: CatalogFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.readCatalogSync, async ({ params: { app } }, { now }) => {
    await readApp(queries, app);
    const state = await readSyncState(queries, app);
    const key = await findActiveConnectKey(queries, app);
    const next = key === undefined ? undefined : nextAt(state, { options, now });
    return { body: syncBodyOf(state, next) };
  });
}

function listAll({ database: { queries } }: CatalogFeatureOptions): Implementation {
  const route = routes.listCatalogProblems;
  return implement(route, async ({ params: { app }, query: { limit, cursor } }) => {
    await readApp(queries, app);
    const { operationId } = route;
    const kinds = ["string"] as const;
    const [after] = cursor === undefined ? [] : readCursor(cursor, { operationId, kinds });
    const found = await listProblems(queries, { app, after, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    if (found.length <= limit || last === undefined) return { body: { items } };
    return { body: { items, nextCursor: writeCursor(operationId, [last.id]) } };
  });
}

function nextAt(
  { startedAt }: CatalogSync,
  { options, now }: { readonly options: CatalogFeatureOptions; readonly now: number },
): number {
  const { everyMs = SYNC_EVERY_MS } = options;
  return Math.max(now, (startedAt ?? now - everyMs) + everyMs);
}

function syncBodyOf(
  state: CatalogSync,
  next: number | undefined,
): RouteBody<typeof routes.syncCatalog> {
  return { ...state, ...(next === undefined ? {} : { nextAt: next }) };
}

/** What the API describes; its schema leaves out the rest. Its lists are mutable in type only. */
function bodyOf(catalog: StoredCatalog): RouteBody<typeof routes.readCatalog> {
  return structuredClone(catalog) as unknown as RouteBody<typeof routes.readCatalog>;
}
