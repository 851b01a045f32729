import { sql } from "kysely";
import { createDatabase } from "./create-database.ts";
import type { StorageDatabase } from "./create-database.ts";
import type { Database } from "./database.ts";
import type { Engine } from "./engines/engine.ts";
import { createPostgresEngine } from "./engines/postgres/postgres-engine.ts";
import { dataDirectory } from "./engines/sqlite/data-directory.ts";
import { createSqliteEngine } from "./engines/sqlite/sqlite-engine.ts";
import { openSqliteForWriting, requireSqliteFile } from "./engines/sqlite/sqlite-file.ts";
import { acquireWriterLock } from "./engines/sqlite/writer-lock.ts";
import { createIdSource } from "./id-source.ts";
import { migrate } from "./migrate/migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { storageError } from "./storage-error.ts";

/** Which database to open. */
export type DatabaseOptions = (
  | {
      readonly engine: "sqlite";
      /** Made when it is missing; the database is `holdfast.db` in it. */
      readonly directory: string;
      /** Refuses a directory without a database, instead of making one. Default false. */
      readonly mustExist?: boolean;
    }
  | {
      readonly engine: "postgres";
      /** `postgres://user:password@host:port/database`. Not through a pooler in transaction mode:
       * locks and listening need a session. */
      readonly url: string;
    }
) & {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
};

/** The oldest PostgreSQL that is still maintained when this was written. */
const MIN_POSTGRES_VERSION = 140_000;

/**
 * Opens a database and brings it to this release's schema.
 *
 * Throws DATABASE_UNREACHABLE; DATABASE_IN_USE when another process writes to the directory;
 * DATABASE_NEWER, DATABASE_OLDER or DATABASE_MIGRATION_CHANGED when this release cannot work with it;
 * DATABASE_UNSUITABLE for a PostgreSQL that is too old or not in UTF-8; DATABASE_URL_INVALID.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return openStorageDatabase(options);
}

/** {@link openDatabase}, with what storage itself needs. */
export async function openStorageDatabase(options: DatabaseOptions): Promise<StorageDatabase> {
  return openOn(openEngine(options), options.now ?? Date.now);
}

/** {@link openStorageDatabase} on an engine that is open; what fails closes it. */
export async function openOn(engine: Engine, now: () => number): Promise<StorageDatabase> {
  const database = createDatabase(engine, now);
  try {
    if (database.engine === "postgres") await checkServer(database);
    await migrate(database, { migrations: MIGRATIONS, now });
    await startFeed(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the engine alone; nothing is migrated. */
export function openEngine(options: DatabaseOptions): Engine {
  return options.engine === "postgres"
    ? createPostgresEngine(options.url)
    : openSqliteEngine(options);
}

/** Opens a data directory's database for writing, which no other process then can. */
function openSqliteEngine({
  directory,
  mustExist = false,
}: Extract<DatabaseOptions, { readonly engine: "sqlite" }>): Engine {
  if (mustExist) requireSqliteFile(dataDirectory(directory).database);
  const lock = acquireWriterLock(directory);
  try {
    const file = openSqliteForWriting(dataDirectory(directory).database);
    return createSqliteEngine(file, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function checkServer({ kysely }: StorageDatabase): Promise<void> {
  const { rows } = await sql<{ version: string; encoding: string }>`
    select current_setting('server_version_num') as version,
           current_setting('server_encoding') as encoding`.execute(kysely);
  const { version = "0", encoding = "unknown" } = rows[0] ?? {};
  if (Number(version) >= MIN_POSTGRES_VERSION && encoding === "UTF8") return;
  throw storageError(
    "DATABASE_UNSUITABLE",
    `expected PostgreSQL 14 or newer with a database in UTF8, got version ${version} and ${encoding}`,
  );
}

/** The feed's one row is no migration's: its epoch is random. */
async function startFeed({ kysely }: StorageDatabase): Promise<void> {
  await kysely
    .insertInto("change_feed")
    .values({ id: 1, epoch: createIdSource()(), last_seq: 0, pruned_seq: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
