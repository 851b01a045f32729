import SqliteDatabase from "better-sqlite3";
import { isStorageError, storageError } from "../../storage-error.ts";
import { dataDirectory, makeDirectory, makePrivateFile } from "./data-directory.ts";
import { withSqliteErrors } from "./sqlite-errors.ts";

/** The right to write to a data directory. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the right to write to a data directory, which one holder at a time has, over all processes.
 *
 * It is an exclusive transaction on a second, empty SQLite file: the operating system ends it with
 * the process, however that dies, so there is nothing stale to clean up; and it leaves the database
 * itself open to readers. Throws DATABASE_IN_USE when somebody else has it.
 */
export function acquireWriterLock(directory: string): WriterLock {
  const path = dataDirectory(directory).lock;
  makeDirectory(directory);
  makePrivateFile(path);
  const file = withSqliteErrors(() => new SqliteDatabase(path, { timeout: 0 }));
  try {
    withSqliteErrors(() => file.exec("begin exclusive"));
  } catch (error) {
    file.close();
    throw isStorageError(error, "DATABASE_BUSY") ? inUse(directory) : error;
  }
  return {
    release() {
      file.close();
    },
  };
}

function inUse(directory: string): Error {
  return storageError(
    "DATABASE_IN_USE",
    `expected to be the only process that writes to ${directory}, but another one has it open; ` +
      "stop that one first, or use PostgreSQL (HOLDFAST_DATABASE_URL) to run several",
  );
}
