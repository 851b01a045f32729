import { existsSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import { storageError } from "../../storage-error.ts";
import { makePrivateFile } from "./data-directory.ts";
import { withSqliteErrors } from "./sqlite-errors.ts";

/** A connection to an SQLite file. */
export type SqliteFile = SqliteDatabase.Database;

/** "HFst" as a number, in the file's header: which program's database this is. */
const APPLICATION_ID = 0x48467374;

/**
 * How long a statement waits for another process, in ms: a backup that starts, a shell somebody left
 * open. Waiting blocks this thread, so it is short.
 */
const BUSY_TIMEOUT_MS = 2000;

/** How much of the file the connection keeps in memory, KiB: the indexes that a day's rows go into. */
const CACHE_KIB = 65_536;

/**
 * After how many pages of 4 KiB the log is copied into the file: pages of indexes that many transactions
 * write to are copied once.
 */
const CHECKPOINT_PAGES = 8000;

/**
 * Opens the database for writing, and makes it when there is none. The caller holds the writer lock.
 *
 * `synchronous` is FULL: a commit is on the disk when it returns. With NORMAL a power cut could take
 * back a publication whose sequence number runtimes have already seen, and the next one would be
 * refused by them. The control plane writes rarely enough to pay for it.
 *
 * Throws DATABASE_DAMAGED when the file is another program's.
 */
export function openSqliteForWriting(path: string): SqliteFile {
  makePrivateFile(path);
  return opened(path, {}, (file) => {
    file.pragma("journal_mode = WAL");
    file.pragma("synchronous = FULL");
    file.pragma(`cache_size = -${CACHE_KIB}`);
    file.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    file.pragma("foreign_keys = ON");
    // What is erased must not stay readable in the file; FAST overwrites it in pages that are written anyway.
    file.pragma("secure_delete = FAST");
    file.pragma("trusted_schema = OFF");
    if (isEmpty(file)) file.pragma(`application_id = ${APPLICATION_ID}`);
    checkOwner(file, path);
  });
}

/** Opens a database of ours for reading. Throws DATABASE_UNREACHABLE when there is none. */
export function openSqliteForReading(path: string): SqliteFile {
  requireSqliteFile(path);
  return opened(path, { readonly: true, fileMustExist: true }, (file) => {
    file.pragma("trusted_schema = OFF");
    checkOwner(file, path);
  });
}

/** Throws DATABASE_UNREACHABLE when there is no file. */
export function requireSqliteFile(path: string): void {
  if (existsSync(path)) return;
  throw storageError("DATABASE_UNREACHABLE", `expected a database at ${path}, got nothing there`);
}

/** Throws DATABASE_DAMAGED unless SQLite finds the whole file and its references in order. */
export function checkIntegrity(file: SqliteFile): void {
  const answers = withSqliteErrors(() => [
    file.pragma("integrity_check(1)", { simple: true }),
    // Rows that refer to nothing; none is good.
    (file.pragma("foreign_key_check") as readonly unknown[]).length,
  ]);
  if (answers[0] === "ok" && answers[1] === 0) return;
  throw storageError("DATABASE_DAMAGED", `SQLite found ${file.name} damaged; use another backup`);
}

function opened(
  path: string,
  options: SqliteDatabase.Options,
  prepare: (file: SqliteFile) => void,
): SqliteFile {
  return withSqliteErrors(() => {
    const file = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS, ...options });
    try {
      prepare(file);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  });
}

function isEmpty(file: SqliteFile): boolean {
  return file.prepare("select 1 from sqlite_schema").get() === undefined;
}

function checkOwner(file: SqliteFile, path: string): void {
  if (file.pragma("application_id", { simple: true }) === APPLICATION_ID) return;
  throw storageError(
    "DATABASE_DAMAGED",
    `expected a database of Holdfast at ${path}, got one of another program or an empty one`,
  );
}
