import type { Queries } from "../storage/index.ts";

/** How the reading of App Store Connect stands. */
export interface CatalogSync {
  readonly state: "never" | "running" | "succeeded" | "failed";
  /** Milliseconds since 1970, as all of these. */
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  readonly succeededAt?: number | undefined;
  readonly problem?: SyncProblem | undefined;
}

/** Why a sync failed. */
export interface SyncProblem {
  readonly code: string;
  readonly message: string;
}

/** A sync of an app, by when it began, and the time now; ms since 1970. */
export interface SyncPlace {
  readonly app: string;
  readonly startedAt: number;
  readonly now: number;
}

/** How old what an unfinished sync has read may be for the next one to go on with it, ms. */
const MAX_RESUMED_AGE_MS = 3 * 3_600_000;

/** Returns how an app's sync stands. */
export async function readSyncState(queries: Queries, app: string): Promise<CatalogSync> {
  const row = await queries
    .selectFrom("catalog_syncs")
    .selectAll()
    .where("app", "=", app)
    .executeTakeFirst();
  if (row === undefined) return { state: "never" };
  return {
    state: row.state,
    startedAt: row.started_at,
    finishedAt: row.finished_at ?? undefined,
    succeededAt: row.succeeded_at ?? undefined,
    problem:
      row.problem_code === null
        ? undefined
        : { code: row.problem_code, message: row.problem_message ?? "" },
  };
}

/**
 * Begins a sync, or goes on with one that did not end well and is not too old, and returns when it began:
 * its name from now on. What an older one had read is forgotten.
 */
export async function beginSync(queries: Queries, app: string, now: number): Promise<number> {
  const before = await readSyncState(queries, app);
  const isRecent = (before.startedAt ?? 0) > now - MAX_RESUMED_AGE_MS;
  const isUnfinished = before.state === "running" || (await hasSteps(queries, app));
  const startedAt = isRecent && isUnfinished ? (before.startedAt ?? now) : now;
  const columns = {
    state: "running",
    started_at: startedAt,
    finished_at: null,
    problem_code: null,
    problem_message: null,
  } as const;
  await queries
    .insertInto("catalog_syncs")
    .values({ app, succeeded_at: null, ...columns })
    .onConflict((conflict) => conflict.column("app").doUpdateSet(columns))
    .execute();
  await queries
    .deleteFrom("catalog_sync_steps")
    .where("app", "=", app)
    .where("sync_started_at", "<>", startedAt)
    .execute();
  return startedAt;
}

async function hasSteps(queries: Queries, app: string): Promise<boolean> {
  const row = await queries
    .selectFrom("catalog_sync_steps")
    .select("step")
    .where("app", "=", app)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Writes that a sync succeeded, and forgets what it has read. Returns whether it was still this app's
 * sync: where not, another has begun, and this one must change nothing.
 */
export async function succeedSync(
  queries: Queries,
  { app, startedAt, now }: SyncPlace,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("catalog_syncs")
    .set({ state: "succeeded", finished_at: now, succeeded_at: now })
    .where("app", "=", app)
    .where("started_at", "=", startedAt)
    .where("state", "=", "running")
    .executeTakeFirst();
  await forgetSteps(queries, { app, startedAt });
  return numUpdatedRows > 0n;
}

/** Writes why a sync failed. */
export async function failSync(
  queries: Queries,
  { app, startedAt, now }: SyncPlace,
  { code, message }: SyncProblem,
): Promise<void> {
  await queries
    .updateTable("catalog_syncs")
    .set({ state: "failed", finished_at: now, problem_code: code, problem_message: message })
    .where("app", "=", app)
    .where("started_at", "=", startedAt)
    .where("state", "=", "running")
    .execute();
}

/** Forgets what a sync has read that is not to go on. */
export async function forgetSteps(
  queries: Queries,
  { app, startedAt }: Omit<SyncPlace, "now">,
): Promise<void> {
  await queries
    .deleteFrom("catalog_sync_steps")
    .where("app", "=", app)
    .where("sync_started_at", "=", startedAt)
    .execute();
}
