import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { storageError } from "../../storage-error.ts";

/** Where a data directory keeps what. */
export interface DataDirectory {
  readonly database: string;
  /** Locked by the one process that may write. */
  readonly lock: string;
}

/** Returns where things are, without touching the disk. */
export function dataDirectory(directory: string): DataDirectory {
  return {
    database: join(directory, "holdfast.db"),
    lock: join(directory, "holdfast.lock"),
  };
}

/**
 * Makes the directory (0700) when it is missing. One that exists keeps its permissions: a mounted
 * volume may need its own.
 *
 * Throws DATABASE_UNREACHABLE when it cannot be made.
 */
export function makeDirectory(directory: string): void {
  attempt(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
}

/**
 * Makes an empty file (0600) when there is none; SQLite gives the files it puts beside a database the
 * same permissions. A file that exists is not even opened: on POSIX, closing it would drop the locks
 * this process has on it through SQLite.
 *
 * Throws DATABASE_UNREACHABLE when it cannot be made.
 */
export function makePrivateFile(path: string): void {
  attempt(path, () => {
    try {
      closeSync(openSync(path, "wx", 0o600));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  });
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw storageError(
      "DATABASE_UNREACHABLE",
      `expected to be able to write ${path}, got ${codeOf(error)}; check the path, its owner and the space left`,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
}
