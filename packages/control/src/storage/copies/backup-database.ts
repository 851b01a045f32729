import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { dataDirectory, makePrivateFile } from "../engines/sqlite/data-directory.ts";
import { fromSqliteError, withSqliteErrors } from "../engines/sqlite/sqlite-errors.ts";
import { checkIntegrity, openSqliteForReading } from "../engines/sqlite/sqlite-file.ts";
import type { SqliteFile } from "../engines/sqlite/sqlite-file.ts";
import { storageError } from "../storage-error.ts";

/** Pages copied before others get their turn: 4 MB. */
const PAGES_A_STEP = 1000;

/** How far a copy is, in the database's pages. */
export interface CopyProgress {
  readonly copiedPages: number;
  readonly totalPages: number;
}

/** What a backup does besides. */
export interface CopyOptions {
  /** Called after each step of the copy. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** Ends the copy between two steps; nothing is left of it then. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a copy of an SQLite database to `file`, while any process goes on using it. The copy is the
 * database as it was at one moment, checked by SQLite, one file (0600) without others beside it, and
 * replaces an older `file` only when it is whole.
 *
 * The check reads the whole copy without a pause: call this where nobody waits for the same thread.
 *
 * Throws DATABASE_UNREACHABLE when there is no database or the copy cannot be written, DATABASE_FULL,
 * DATABASE_DAMAGED when the copy is not in order, DATABASE_COPY_PLACE when `file` lies in the data
 * directory itself, and the signal's reason.
 */
export async function backupDatabase(
  directory: string,
  file: string,
  options: CopyOptions = {},
): Promise<void> {
  if (resolve(dirname(file)) === resolve(directory)) {
    throw storageError(
      "DATABASE_COPY_PLACE",
      `expected a place for the backup outside the data directory, got ${basename(file)} in it`,
    );
  }
  await writeWhole(file, async (draft) => {
    await copySnapshot(dataDirectory(directory).database, draft, options);
    finishCopy(draft, checkIntegrity);
  });
}

/**
 * Has `write` make a file beside `file`, and puts it in its place once it is on the disk. Leaves
 * nothing behind when that fails.
 */
export async function writeWhole(
  file: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = join(dirname(file), `${draftPrefix(file)}${randomUUID()}.tmp`);
  try {
    makePrivateFile(draft);
    await write(draft);
    await flush(draft);
    await rename(draft, file);
    // Windows does not open directories, and needs no telling.
    if (process.platform !== "win32") await flush(dirname(file));
  } finally {
    for (const end of ["", "-wal", "-shm", "-journal"]) await rm(`${draft}${end}`, { force: true });
  }
}

/** Returns how the names of a file's drafts begin, by which those of killed processes are found. */
export function draftPrefix(file: string): string {
  return `.${basename(file)}.`;
}

/**
 * Copies the database at `source` into the empty file `target`. The source's read transaction stays
 * open over all steps: SQLite would otherwise start again at every commit in between.
 */
export async function copySnapshot(
  source: string,
  target: string,
  { onProgress, signal }: CopyOptions = {},
): Promise<void> {
  const reader = openSqliteForReading(source);
  try {
    withSqliteErrors(() => {
      reader.exec("begin");
      // The snapshot is taken by the first read.
      reader.prepare("select 1 from sqlite_schema").get();
    });
    await reader.backup(target, {
      progress({ totalPages, remainingPages }) {
        signal?.throwIfAborted();
        onProgress?.({ copiedPages: totalPages - remainingPages, totalPages });
        return PAGES_A_STEP;
      },
    });
  } catch (error) {
    throw fromSqliteError(error);
  } finally {
    reader.close();
  }
}

/** Makes a copy one file without others beside it, then has `act` use it. */
export function finishCopy(path: string, act: (file: SqliteFile) => void): void {
  withSqliteErrors(() => {
    const file = new SqliteDatabase(path);
    try {
      file.pragma("journal_mode = DELETE");
      act(file);
    } finally {
      file.close();
    }
  });
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
