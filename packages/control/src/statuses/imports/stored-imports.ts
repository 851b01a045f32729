import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import { importOf, newImportRow } from "./subscriber-import.ts";
import type { NewImport, SubscriberImport } from "./subscriber-import.ts";

/** Which import. */
export interface ImportKey extends SubscriptionPlace {
  readonly id: string;
}

/** Inserts an import; returns undefined where one of the same file is under way. */
export async function insertImport(
  queries: Queries,
  created: NewImport,
): Promise<SubscriberImport | undefined> {
  const row = await queries
    .insertInto("subscriber_imports")
    .values(newImportRow(created))
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "file_hash"])
        .where("ended_at", "is", null)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : importOf(row);
}

/** Returns the newest import of a file that was not cancelled; undefined where there is none. */
export async function findImportOfFile(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  fileHash: string,
): Promise<SubscriberImport | undefined> {
  const row = await queries
    .selectFrom("subscriber_imports")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("file_hash", "=", fileHash)
    .where("state", "!=", "cancelled")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row === undefined ? undefined : importOf(row);
}

/**
 * Returns an import.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readImport(
  queries: Queries,
  { app, environment, id }: ImportKey,
): Promise<SubscriberImport> {
  const row = await queries
    .selectFrom("subscriber_imports")
    .selectAll()
    .where("id", "=", id)
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  if (row !== undefined) return importOf(row);
  throw new ApiRefusal("NOT_FOUND", `${app} has no import ${id} in ${environment}`);
}

/** Returns imports of a place, the newest first, the first `limit` of them. */
export async function listImports(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  {
    after,
    limit,
  }: { readonly after?: readonly [number, string] | undefined; readonly limit: number },
): Promise<readonly SubscriberImport[]> {
  let query = queries
    .selectFrom("subscriber_imports")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined) {
    const [createdAt, id] = after;
    query = query.where((row) =>
      row.or([
        row("created_at", "<", createdAt),
        row.and([row("created_at", "=", createdAt), row("id", "<", id)]),
      ]),
    );
  }
  return (await query.execute()).map((row) => importOf(row));
}

/**
 * Ends an import that is under way.
 *
 * @throws ApiRefusal `NOT_FOUND`, `CONFLICT` where it has ended
 */
export async function cancelImport(queries: Queries, key: ImportKey, now: number): Promise<void> {
  const { state } = await readImport(queries, key);
  const { numUpdatedRows } = await queries
    .updateTable("subscriber_imports")
    .set({ state: "cancelled", ended_at: now })
    .where("id", "=", key.id)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  throw new ApiRefusal("CONFLICT", `the import ${key.id} has ended: it is ${state}`);
}
