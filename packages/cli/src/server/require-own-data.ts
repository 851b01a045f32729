import { lstat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { codeOf } from "../files.ts";
import { APPS_FILE } from "./remembered-apps.ts";

/** What in a data directory decides who may sign in and whom the runtime believes. */
const FILES = ["holdfast.db", APPS_FILE];

/** Everything, for others; a group may be the volume's own. */
const OF_OTHERS = 0o007;

const ROOT = 0;

/**
 * Resolves where the database and the remembered apps of a data directory are its user's own, or not there.
 *
 * A directory that came with a repository could else bring an admin of its author's along. Its files are
 * open to others, as all that is checked out; ours never are. Windows has no such owners and permissions;
 * there only links are refused.
 *
 * @throws UsageError `DATA_FILE_UNSAFE`
 */
export async function requireOwnData(dataDirectory: string): Promise<void> {
  for (const file of FILES) {
    const path = join(dataDirectory, file);
    const stats = await statsOf(path);
    const problem = stats && problemOf(stats);
    if (problem !== undefined) throw unsafe(path, problem);
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function problemOf(stats: Stats): string | undefined {
  if (!stats.isFile()) return "is no file of its own";
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  if (![own, ROOT].includes(stats.uid)) return "belongs to another user";
  const mode = (stats.mode & 0o777).toString(8);
  return (stats.mode & OF_OTHERS) === 0 ? undefined : `is open to other users (mode ${mode})`;
}

function unsafe(path: string, problem: string): UsageError<"DATA_FILE_UNSAFE"> {
  return new UsageError(
    "DATA_FILE_UNSAFE",
    `${path}: expected a file that only its owner can use, but it ${problem}; if it is yours, chmod 600 it; if it came with a repository or you do not know it, use another directory: --data`,
  );
}
