import { access, constants, copyFile, link, rm } from "node:fs/promises";
import { createIdSource } from "../id-source.ts";
import { dataDirectory } from "../engines/sqlite/data-directory.ts";
import { withSqliteErrors } from "../engines/sqlite/sqlite-errors.ts";
import { checkIntegrity, openSqliteForWriting } from "../engines/sqlite/sqlite-file.ts";
import type { SqliteFile } from "../engines/sqlite/sqlite-file.ts";
import { acquireWriterLock } from "../engines/sqlite/writer-lock.ts";
import { copySnapshot, finishCopy, writeWhole } from "./backup-database.ts";

/** What a restore did. */
export interface RestoredDatabase {
  /** Where the database that was there is now; `undefined` when there was none. */
  readonly replaced: string | undefined;
}

/** What a restore needs beside its paths. */
export interface RestoreOptions {
  /** Milliseconds since 1970, for the name of the replaced database; default the system's clock. */
  readonly now?: () => number;
}

/**
 * Puts a backup in the place of a data directory's database. The backup is copied, checked, and only
 * then takes the place, in one step; what was there is kept beside it. Readers of changes are told
 * that they missed some, since sequence numbers start to repeat.
 *
 * Throws DATABASE_IN_USE while a process writes to the directory; DATABASE_UNREACHABLE or
 * DATABASE_DAMAGED when the backup is missing or not in order. Whether this release can work with the
 * backup's schema is found out when it is opened.
 */
export async function restoreDatabase(
  backup: string,
  directory: string,
  { now = Date.now }: RestoreOptions = {},
): Promise<RestoredDatabase> {
  const lock = acquireWriterLock(directory);
  try {
    const { database } = dataDirectory(directory);
    let replaced: string | undefined;
    await writeWhole(database, async (draft) => {
      await copySnapshot(backup, draft);
      finishCopy(draft, (file) => {
        checkIntegrity(file);
        startEpoch(file);
      });
      replaced = await keepAside(database, now());
    });
    return { replaced };
  } finally {
    lock.release();
  }
}

function startEpoch(file: SqliteFile): void {
  file.prepare("update change_feed set epoch = ?").run(createIdSource()());
}

/**
 * Gives the database a second name and removes its write-ahead log, which would be taken for the next
 * one's. The database itself stays in its place until it is replaced: a start between the two must not
 * find nothing and make an empty one.
 */
async function keepAside(database: string, now: number): Promise<string | undefined> {
  if (!(await exists(database))) return undefined;
  const aside = `${database}.replaced-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`;
  emptyLog(database);
  await linkOrCopy(database, aside);
  if (await exists(`${database}-wal`)) await copyFile(`${database}-wal`, `${aside}-wal`);
  await rm(`${database}-wal`, { force: true });
  await rm(`${database}-shm`, { force: true });
  return aside;
}

/** Opening and closing moves the log into the database; one that is damaged keeps its log. */
function emptyLog(database: string): void {
  try {
    withSqliteErrors(() => openSqliteForWriting(database).close());
  } catch {
    // It is kept with its log beside it, for whoever wants to rescue something.
  }
}

/** Some file systems have no second names. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
