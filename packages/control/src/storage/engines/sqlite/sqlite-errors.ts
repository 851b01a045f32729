import SqliteDatabase from "better-sqlite3";
import { storageError } from "../../storage-error.ts";
import type { StorageErrorCode } from "../../storage-error.ts";

/** SQLite's result codes by how they begin (https://sqlite.org/rescode.html); the first that fits. */
const CODES: readonly (readonly [start: string, code: StorageErrorCode, advice: string])[] = [
  ["SQLITE_BUSY", "DATABASE_BUSY", "another process uses the file; try again"],
  ["SQLITE_LOCKED", "DATABASE_BUSY", "another statement uses the table; try again"],
  ["SQLITE_FULL", "DATABASE_FULL", "free some space on the disk of the data directory"],
  ["SQLITE_IOERR", "DATABASE_UNREACHABLE", "check the disk of the data directory and its space"],
  ["SQLITE_CANTOPEN", "DATABASE_UNREACHABLE", "check the data directory and its owner"],
  ["SQLITE_READONLY", "DATABASE_UNREACHABLE", "check the owner of the data directory's files"],
  ["SQLITE_PERM", "DATABASE_UNREACHABLE", "check the owner of the data directory's files"],
  ["SQLITE_CORRUPT", "DATABASE_DAMAGED", "restore a backup"],
  ["SQLITE_NOTADB", "DATABASE_DAMAGED", "the file is no SQLite database; restore a backup"],
  ["SQLITE_CONSTRAINT_UNIQUE", "DATABASE_DUPLICATE", "a row with this key exists"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "DATABASE_DUPLICATE", "a row with this key exists"],
  ["SQLITE_CONSTRAINT_ROWID", "DATABASE_DUPLICATE", "a row with this key exists"],
  ["SQLITE_CONSTRAINT_DATATYPE", "DATABASE_VALUE", "the value is not of the column's type"],
  ["SQLITE_MISMATCH", "DATABASE_VALUE", "the value is not of the column's type"],
  ["SQLITE_CONSTRAINT", "DATABASE_CONSTRAINT", "the row breaks a rule of its table"],
];

/**
 * Returns what an error of SQLite means to us; any other error unchanged. SQLite's own text names
 * tables, columns and keywords, never values, and is kept; the error itself is not attached.
 */
export function fromSqliteError(error: unknown): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error;
  const [, code, advice] = CODES.find(([start]) => error.code.startsWith(start)) ?? [
    "",
    "DATABASE_FAILED" as const,
    "this is a defect, please report it",
  ];
  return storageError(code, `SQLite answered "${error.message}" (${error.code}); ${advice}`);
}

/** Runs `act` and throws what its error means. */
export function withSqliteErrors<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw fromSqliteError(error);
  }
}
