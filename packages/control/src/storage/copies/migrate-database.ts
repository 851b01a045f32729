import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { StorageDatabase } from "../create-database.ts";
import { openStorageDatabase } from "../open-database.ts";
import { PRIMARY_KEYS } from "../schema/schema.ts";
import type { Schema, TableName } from "../schema/schema.ts";
import { isStorageError, storageError } from "../storage-error.ts";
import { readTable } from "./read-table.ts";
import type { AnyRow } from "./read-table.ts";

/** One table of a copy. */
export interface CopiedTable {
  readonly table: TableName;
  readonly rows: number;
}

/** What a copy does besides. */
export interface MigrateDatabaseOptions {
  /** Called after each page of rows with how many of the table are written; to show, or to be killed at. */
  readonly onProgress?: (table: CopiedTable) => void;
}

/** Rows read and written at once; with the widest table far below what a statement can take. */
const PAGE_ROWS = 500;

// PRIMARY_KEYS has exactly the tables as its keys.
const TABLES = Object.keys(PRIMARY_KEYS) as TableName[];

/**
 * Copies everything from a data directory into an empty PostgreSQL database and returns what was
 * copied. All of it or nothing: one transaction, in which the copy is read back and compared with the
 * source, row by row, by SHA-256. Whatever goes wrong, it can simply be run again; a copy that is there
 * already, whole and unchanged, is as good as one made now.
 *
 * No process may write to the directory meanwhile. It is left as it is, taken to this release's
 * schema; once a server runs on PostgreSQL it is out of date, and should not be started from again.
 *
 * Throws DATABASE_UNREACHABLE, DATABASE_IN_USE, DATABASE_NOT_EMPTY when the target holds other rows already,
 * DATABASE_COPY_DIFFERS, and what `openDatabase()` throws.
 */
export async function migrateDatabase(
  sqliteDirectory: string,
  postgresUrl: string,
  options: MigrateDatabaseOptions = {},
): Promise<readonly CopiedTable[]> {
  const source = await openStorageDatabase({
    engine: "sqlite",
    directory: sqliteDirectory,
    // A wrong path must not leave a new, empty data directory there.
    mustExist: true,
  });
  try {
    const target = await openStorageDatabase({ engine: "postgres", url: postgresUrl });
    try {
      return await copyAll(source, target, options);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function copyAll(
  source: StorageDatabase,
  target: StorageDatabase,
  { onProgress = () => undefined }: MigrateDatabaseOptions,
): Promise<readonly CopiedTable[]> {
  return target.kysely.transaction().execute(async (transaction) => {
    // Nobody starts a server on the target, or a second copy into it, until this one has ended.
    await target.port.enterMigration(transaction);
    const means = { source: source.kysely, target: transaction, onProgress };
    const filled = await findRows(transaction);
    if (filled !== undefined) return takeAsCopy(filled, means);
    await transaction.deleteFrom("change_feed").execute();
    const copied: CopiedTable[] = [];
    for (const table of TABLES) {
      await writeTable(table, means);
      copied.push(await compareTable(table, means));
    }
    return copied;
  });
}

interface CopyMeans extends Required<MigrateDatabaseOptions> {
  readonly source: Kysely<Schema>;
  readonly target: Kysely<Schema>;
}

/** Returns a table with rows; undefined where there is none but what `openDatabase()` puts there. */
async function findRows(target: Kysely<Schema>): Promise<TableName | undefined> {
  for (const table of TABLES) {
    const isOurs = table === "change_feed" ? sql`last_seq = 0` : sql`false`;
    const { rows } = await sql`
      select 1 from ${sql.table(table)} where not (${isOurs}) limit 1`.execute(target);
    if (rows.length > 0) return table;
  }
  return undefined;
}

/** A run that was killed after its commit has left all there is to do. */
async function takeAsCopy(filled: TableName, means: CopyMeans): Promise<readonly CopiedTable[]> {
  const found: CopiedTable[] = [];
  try {
    for (const table of TABLES) found.push(await compareTable(table, means));
  } catch (error) {
    if (!isStorageError(error, "DATABASE_COPY_DIFFERS")) throw error;
    throw storageError(
      "DATABASE_NOT_EMPTY",
      `expected an empty PostgreSQL database, but the table ${filled} has rows that are no copy of this data directory; create a new database for the copy`,
    );
  }
  return found;
}

async function writeTable(
  table: TableName,
  { source, target, onProgress }: CopyMeans,
): Promise<void> {
  let rows = 0;
  for await (const page of readTable(source, table, PAGE_ROWS)) {
    await insertPage(target, table, page);
    rows += page.length;
    onProgress({ table, rows });
  }
}

async function compareTable(table: TableName, { source, target }: CopyMeans): Promise<CopiedTable> {
  const expected = await fingerprintOf(source, table);
  const found = await fingerprintOf(target, table);
  if (expected.sha256 === found.sha256) return { table, rows: found.rows };
  throw storageError(
    "DATABASE_COPY_DIFFERS",
    `expected the copy of ${table} to equal its ${expected.rows} rows, got ${found.rows} rows that differ; nothing was kept`,
  );
}

async function insertPage(
  target: Kysely<Schema>,
  table: TableName,
  page: readonly AnyRow[],
): Promise<void> {
  const columns = Object.keys(page[0] ?? {});
  const rows = page.map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`);
  await sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(rows)}`.execute(target);
}

/** Counts and hashes a table's rows in the order of its primary key. */
async function fingerprintOf(
  database: Kysely<Schema>,
  table: TableName,
): Promise<{ readonly rows: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const page of readTable(database, table, PAGE_ROWS)) {
    rows += page.length;
    for (const row of page) addRow(hash, row);
  }
  return { rows, sha256: hash.digest("hex") };
}

function addRow(hash: Hash, row: AnyRow): void {
  // By name, since the two engines may list columns that were added later in another order.
  const columns = Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1));
  const values = columns.map(([name, value]) =>
    value instanceof Uint8Array
      ? [name, Buffer.from(value).toString("base64"), "bytes"]
      : [name, value],
  );
  hash.update(JSON.stringify(values)).update("\n");
}
