import { randomUUID } from "node:crypto";
import { link, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import type { FileSteps } from "../file-steps.ts";
import { codeOf, reasonOf } from "../files.ts";
import { makeDirectories } from "../make-directories.ts";

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** A lock is held for as long as a small file takes to be written: one that stays so long is nobody's. */
const STALE_AFTER_MS = 10_000;

/** Between two looks at a lock that is held. */
const LOOK_EVERY_MS = 50;

/** What a lock is taken with. */
export interface LockMeans {
  readonly io: Pick<Io, "now" | "sleep">;
  readonly files: FileSteps;
}

/**
 * Does something while no other process does something under the same lock: a file beside what it
 * guards, that names its holder. A lock whose process has ended on this machine is broken at once, any
 * other one when it has stayed the same for ten seconds of waiting, so no two clocks are compared. A
 * process that is suspended for longer than that while it holds the lock may undo what another wrote.
 *
 * @param path - of the lock, absolute
 * @throws UsageError `FILE_UNWRITABLE`, `FILE_UNREADABLE`
 */
export async function underLock<T>(
  path: string,
  means: LockMeans,
  act: () => Promise<T>,
): Promise<T> {
  const holder = `${process.pid} ${randomUUID()} ${hostname()}\n`;
  await acquire(path, holder, means);
  try {
    return await act();
  } finally {
    await release(path, holder, means.files);
  }
}

async function acquire(path: string, holder: string, { io, files }: LockMeans): Promise<void> {
  await makeDirectoryOf(path);
  let seen: { readonly holder: string; readonly since: number } | undefined;
  while (!(await tryToTake(path, holder, files))) {
    const other = await readHolder(path);
    if (other === undefined) continue;
    if (seen?.holder !== other) seen = { holder: other, since: io.now() };
    if (isGone(other) || io.now() - seen.since >= STALE_AFTER_MS) {
      await breakLock(path, other, files);
    } else {
      // Not ended by the signal: what was done at Apple is written down before the process ends.
      await io.sleep(LOOK_EVERY_MS);
    }
  }
}

async function makeDirectoryOf(path: string): Promise<void> {
  try {
    await makeDirectories(dirname(path), OWNER_ONLY_DIRECTORY);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

async function tryToTake(path: string, holder: string, files: FileSteps): Promise<boolean> {
  try {
    await files.create(path, holder, { mode: OWNER_ONLY_FILE, isDurable: false });
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw unwritable(path, cause);
  }
}

/** Returns what the lock says; `undefined` when it is gone. */
async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** Tells whether a lock is of a process of this machine that has ended. */
function isGone(holder: string): boolean {
  const [pid = "", , host] = holder.trim().split(" ");
  if (!/^\d+$/.test(pid) || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** Takes a lock that is nobody's out of the way; of several that try, one breaks it. */
async function breakLock(path: string, stale: string, files: FileSteps): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await files.rename(path, aside);
    // Somebody was faster, and this is already the next one's: it is put back.
    if ((await readHolder(aside)) !== stale) await link(aside, path);
  } catch (cause) {
    const isGoneOrTaken = codeOf(cause) === "ENOENT" || codeOf(cause) === "EEXIST";
    if (!isGoneOrTaken) throw unwritable(path, cause);
  } finally {
    await files.remove(aside);
  }
}

/** Gives the lock back, unless somebody has taken it for nobody's. */
async function release(path: string, holder: string, files: FileSteps): Promise<void> {
  if ((await readHolder(path)) !== holder) return;
  await files.remove(path).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

function unwritable(path: string, cause: unknown): UsageError {
  return new UsageError("FILE_UNWRITABLE", `${path}: ${reasonOf(cause)}`, { cause });
}
