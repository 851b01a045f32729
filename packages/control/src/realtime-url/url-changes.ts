import type { Selectable } from "kysely";
import type { ContentPlace } from "../catalog/index.ts";
import type { Queries } from "../storage/index.ts";
import type { RealtimeUrlChangesTable } from "./tables.ts";

/** The most changes of a place that are kept: the newest. */
const MAX_CHANGES = 1000;

/** One change of the URL. */
export interface UrlChange extends ContentPlace {
  readonly id: string;
  /** When it was asked for, or seen to have been made elsewhere; milliseconds since 1970. */
  readonly at: number;
  /** Null where there was none. */
  readonly before: string | null;
  /** Null where there is none. */
  readonly after: string | null;
  readonly state: RealtimeUrlChangesTable["state"];
  /** Null where it was changed elsewhere. */
  readonly changedBy: string | null;
}

/** Writes a change down, and forgets the oldest over {@link MAX_CHANGES}. */
export async function insertUrlChange(queries: Queries, change: UrlChange): Promise<void> {
  const { id, app, environment, at, before, after, state, changedBy } = change;
  await queries
    .insertInto("realtime_url_changes")
    .values({
      id,
      app,
      environment,
      at,
      url_before: before,
      url_after: after,
      state,
      changed_by: changedBy,
    })
    .execute();
  await queries
    .deleteFrom("realtime_url_changes")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("id", "<", (row) =>
      row
        .selectFrom("realtime_url_changes as newest")
        .select("newest.id")
        .where("newest.app", "=", app)
        .where("newest.environment", "=", environment)
        .orderBy("newest.id", "desc")
        .limit(1)
        .offset(MAX_CHANGES - 1),
    )
    .execute();
}

/** Writes down that Apple made a change it was asked for. Returns whether that was open. */
export async function markMade(queries: Queries, id: string): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("realtime_url_changes")
    .set({ state: "made" })
    .where("id", "=", id)
    .where("state", "=", "asked")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets a change that Apple was asked for and did not make. Returns whether that was open. */
export async function deleteAsked(queries: Queries, id: string): Promise<boolean> {
  const { numDeletedRows } = await queries
    .deleteFrom("realtime_url_changes")
    .where("id", "=", id)
    .where("state", "=", "asked")
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Returns the changes of which it is not known whether Apple made them, the newest first. */
export async function listAsked(
  queries: Queries,
  { app, environment }: ContentPlace,
): Promise<readonly UrlChange[]> {
  const rows = await queries
    .selectFrom("realtime_url_changes")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("state", "=", "asked")
    .orderBy("id", "desc")
    .execute();
  return rows.map(changeOf);
}

/** Returns a change of a place; undefined where there is none. */
export async function findUrlChange(
  queries: Queries,
  { app, environment }: ContentPlace,
  id: string,
): Promise<UrlChange | undefined> {
  const row = await queries
    .selectFrom("realtime_url_changes")
    .selectAll()
    .where("id", "=", id)
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row === undefined ? undefined : changeOf(row);
}

/** Returns the changes of a place, the newest first. */
export async function listUrlChanges(
  queries: Queries,
  { app, environment }: ContentPlace,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly UrlChange[]> {
  let query = queries
    .selectFrom("realtime_url_changes")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined) query = query.where("id", "<", after);
  return (await query.execute()).map(changeOf);
}

function changeOf(row: Selectable<RealtimeUrlChangesTable>): UrlChange {
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    at: row.at,
    before: row.url_before,
    after: row.url_after,
    state: row.state,
    changedBy: row.changed_by,
  };
}
