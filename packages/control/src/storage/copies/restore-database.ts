import { access, constants, copyFile, link, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Transaction } from "../database.ts";
import { dataDirectory } from "../engines/sqlite/data-directory.ts";
import { createSqliteEngine } from "../engines/sqlite/sqlite-engine.ts";
import { withSqliteErrors } from "../engines/sqlite/sqlite-errors.ts";
import { checkIntegrity, openSqliteForWriting } from "../engines/sqlite/sqlite-file.ts";
import { acquireWriterLock } from "../engines/sqlite/writer-lock.ts";
import { openOn } from "../open-database.ts";
import { copySnapshot, draftPrefix, finishCopy, writeWhole } from "./backup-database.ts";
import { markRestored } from "./mark-restored.ts";

/** What a restore did. */
export interface RestoredDatabase {
  /** Where the database that was there is now; `undefined` when there was none. */
  readonly replaced: string | undefined;
  /** What publications and stop lists issued from now on count from. */
  readonly sequenceFloor: number;
}

/** A point of a restore; killed at any, the old database or the restored one is in place. */
export type RestoreStep = "copied" | "checked" | "prepared" | "keptAside" | "inPlace";

/** What a restore needs beside its paths. */
export interface RestoreOptions {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** What is written down in the restored database, in the transaction that makes it the one to go on with. */
  readonly record?: (transaction: Transaction) => Promise<void>;
  /** Called at each point where the process may die; to show, or to be killed at. */
  readonly onStep?: (step: RestoreStep) => void;
}

/**
 * Puts a backup in the place of a data directory's database. The backup is copied, checked, brought to
 * this release's schema, made the one to go on with ({@link markRestored}), and only then takes the place,
 * in one step; what was there is kept beside it.
 *
 * Throws DATABASE_IN_USE while a process writes to the directory; DATABASE_UNREACHABLE or
 * DATABASE_DAMAGED when the backup is missing or not in order; DATABASE_NEWER, DATABASE_OLDER or
 * DATABASE_MIGRATION_CHANGED when this release cannot work with it. Then nothing has changed.
 */
export async function restoreDatabase(
  backup: string,
  directory: string,
  { now = Date.now, record, onStep = () => undefined }: RestoreOptions = {},
): Promise<RestoredDatabase> {
  const lock = acquireWriterLock(directory);
  try {
    await removeDeadDrafts(directory);
    const { database } = dataDirectory(directory);
    let replaced: string | undefined;
    let sequenceFloor = 0;
    await writeWhole(database, async (draft) => {
      await copySnapshot(backup, draft);
      onStep("copied");
      finishCopy(draft, checkIntegrity);
      onStep("checked");
      sequenceFloor = await prepare(draft, { now, record });
      onStep("prepared");
      replaced = await keepAside(database, now());
      onStep("keptAside");
    });
    onStep("inPlace");
    return { replaced, sequenceFloor };
  } finally {
    lock.release();
  }
}

/** Removes what killed restores have left; this one has the directory's lock, so none is another's. */
async function removeDeadDrafts(directory: string): Promise<void> {
  const prefix = draftPrefix(dataDirectory(directory).database);
  for (const name of await readdir(directory)) {
    if (name.startsWith(prefix)) await rm(join(directory, name), { force: true });
  }
}

/** Makes the copy one that a server can go on with, and one file again. */
async function prepare(
  draft: string,
  { now, record }: { readonly now: () => number; readonly record: RestoreOptions["record"] },
): Promise<number> {
  const database = await openOn(
    createSqliteEngine(openSqliteForWriting(draft), () => undefined),
    now,
  );
  let floor = 0;
  try {
    await database.transaction(async (transaction) => {
      floor = await markRestored(transaction, now());
      await record?.(transaction);
    });
  } finally {
    await database.close();
  }
  finishCopy(draft, () => undefined);
  return floor;
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
