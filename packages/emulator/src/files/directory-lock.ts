import { realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmulatorError, emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "./read-file-if-present.ts";
import { PRIVATE_FILE_MODE } from "./write-file-atomically.ts";

/** Holds the id of the process that writes into the directory. */
const LOCK_FILE = "emulator.pid";

/** The locks this process holds: after a restart in a container another process had the same id. */
const heldHere = new Set<string>();

/** The right to write into a directory. */
export interface DirectoryLock {
  /** Gives it up; does nothing the second time. */
  release(): void;
}

/**
 * Takes a directory that is there for this emulator alone: two that write whole files would undo each
 * other's work. A lock whose process has ended is taken over. Processes in other containers, or on
 * other machines, that share the directory are not seen. Throws `DIRECTORY_IN_USE`.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(realpathSync(directory), LOCK_FILE);
  if (!createLock(path)) {
    assertAbandoned(path);
    rmSync(path, { force: true });
    // Somebody else may have taken it over in the meantime.
    if (!createLock(path)) throw inUse(path);
  }
  heldHere.add(path);
  let isReleased = false;
  return {
    release() {
      if (isReleased) return;
      isReleased = true;
      heldHere.delete(path);
      // A lock removed by hand may be another's by now.
      if (readHolder(path) === process.pid) rmSync(path, { force: true });
    },
  };
}

/** Tells whether there was none before. */
function createLock(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: "wx", mode: PRIVATE_FILE_MODE });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function assertAbandoned(path: string): void {
  const holder = readHolder(path);
  if (holder === undefined) return;
  if (holder === process.pid ? heldHere.has(path) : isAlive(holder)) throw inUse(path);
}

/** Returns the process that holds the lock; `undefined` when the file names none. */
function readHolder(path: string): number | undefined {
  const text = readFileIfPresent(path)?.trim() ?? "";
  return /^[1-9]\d{0,9}$/v.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is never sent: it only asks whether one could be.
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive too (EPERM).
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function inUse(path: string): EmulatorError {
  return emulatorError(
    "DIRECTORY_IN_USE",
    `expected a directory of its own, but process ${readHolder(path) ?? "unknown"} uses it; end that one, or choose another directory (if it is no emulator, remove ${path})`,
  );
}
