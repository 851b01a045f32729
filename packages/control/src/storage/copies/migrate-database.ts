import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { StorageDatabase } from "../create-database.ts";
import { dataDirectory } from "../engines/sqlite/data-directory.ts";
import { openSqliteForReading } from "../engines/sqlite/sqlite-file.ts";
import { openStorageDatabase } from "../open-database.ts";
import { PRIMARY_KEYS } from "../schema/schema.ts";
import type { Schema, TableName } from "../schema/schema.ts";
import { storageError } from "../storage-error.ts";
import { readTable } from "./read-table.ts";
import type { AnyRow } from "./read-table.ts";

/** One table of a copy. */
export interface CopiedTable {
  readonly table: TableName;
  readonly rows: number;
}

/** Rows read and written at once; with the widest table far below what a statement can take. */
const PAGE_ROWS = 500;

// PRIMARY_KEYS has exactly the tables as its keys.
const TABLES = Object.keys(PRIMARY_KEYS) as TableName[];

/**
 * Copies everything from a data directory into an empty PostgreSQL database and returns what was
 * copied. All of it or nothing: one transaction, in which the copy is read back and compared with the
 * source, row by row, by SHA-256. Whatever goes wrong, it can simply be run again.
 *
 * No process may write to the directory meanwhile. It is left as it is, taken to this release's
 * schema; once a server runs on PostgreSQL it is out of date, and should not be started from again.
 *
 * Throws DATABASE_UNREACHABLE, DATABASE_IN_USE, DATABASE_NOT_EMPTY when the target holds rows already,
 * DATABASE_COPY_DIFFERS, and what `openDatabase()` throws.
 */
export async function migrateDatabase(
  sqliteDirectory: string,
  postgresUrl: string,
): Promise<readonly CopiedTable[]> {
  // A wrong path must not leave a new, empty data directory there.
  openSqliteForReading(dataDirectory(sqliteDirectory).database).close();
  const source = await openStorageDatabase({ engine: "sqlite", directory: sqliteDirectory });
  try {
    const target = await openStorageDatabase({ engine: "postgres", url: postgresUrl });
    try {
      return await copyAll(source, target);
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
): Promise<readonly CopiedTable[]> {
  return target.kysely.transaction().execute(async (transaction) => {
    // Nobody starts a server on the target, or a second copy into it, until this one has ended.
    await target.port.enterMigration(transaction);
    await refuseRows(transaction);
    const copied: CopiedTable[] = [];
    for (const table of TABLES) copied.push(await copyTable(source.kysely, transaction, table));
    return copied;
  });
}

/** Empty is a database as `openDatabase()` leaves it. */
async function refuseRows(transaction: Kysely<Schema>): Promise<void> {
  await transaction.deleteFrom("change_feed").where("last_seq", "=", 0).execute();
  for (const table of TABLES) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(transaction);
    if (rows.length === 0) continue;
    throw storageError(
      "DATABASE_NOT_EMPTY",
      `expected an empty PostgreSQL database, but the table ${table} has rows; create a new database for the copy`,
    );
  }
}

async function copyTable(
  source: Kysely<Schema>,
  target: Kysely<Schema>,
  table: TableName,
): Promise<CopiedTable> {
  const sent = createFingerprint();
  for await (const page of readTable(source, table, PAGE_ROWS)) {
    sent.add(page);
    await insertPage(target, table, page);
  }
  const stored = createFingerprint();
  for await (const page of readTable(target, table, PAGE_ROWS)) stored.add(page);
  const [expected, found] = [sent.end(), stored.end()];
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

/** Counts and hashes rows in the order they come. */
function createFingerprint(): {
  add(page: readonly AnyRow[]): void;
  end(): { readonly rows: number; readonly sha256: string };
} {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add(page) {
      rows += page.length;
      for (const row of page) addRow(hash, row);
    },
    end: () => ({ rows, sha256: hash.digest("hex") }),
  };
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
