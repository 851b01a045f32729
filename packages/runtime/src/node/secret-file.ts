import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { link, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";

const ROOT = 0;

/** Everything, for the group and for others. */
const OF_OTHERS = 0o077;

/** Windows has no such flags. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/**
 * Reads a secret from a file, made there (0600) when there is none. Of several processes that start
 * at once one makes it and all read the same.
 *
 * A file that somebody else may have put there or may read is refused: whoever knows a secret can
 * publish, or read what is sealed under it. It must be a file and no link, ours or root's, and closed
 * to the group and to others. Windows has no such owners and permissions; there nothing of this is asked.
 *
 * @throws UsageError `SECRET_FILE_UNSAFE`
 */
export async function readOrCreateSecretFile(
  path: string,
  create: () => string | Promise<string>,
): Promise<string> {
  try {
    return await readSafely(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, await create(), { mode: 0o600, flag: "wx", flush: true });
    await link(temporary, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return readSafely(path);
}

async function readSafely(path: string): Promise<string> {
  const file = await openWithoutLink(path);
  try {
    const problem = problemOf(await file.stat());
    if (problem !== undefined) throw unsafe(path, problem);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openWithoutLink(path: string): ReturnType<typeof open> {
  try {
    // A pipe would keep us waiting for a writer.
    return await open(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, "ELOOP")) throw unsafe(path, "is a symbolic link");
    throw error;
  }
}

function problemOf(stats: Stats): string | undefined {
  if (!stats.isFile()) return "is no file";
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  if (![own, ROOT].includes(stats.uid)) return "belongs to another user";
  const mode = (stats.mode & 0o777).toString(8);
  return (stats.mode & OF_OTHERS) === 0 ? undefined : `is open to other users (mode ${mode})`;
}

function unsafe(path: string, problem: string): UsageError<"SECRET_FILE_UNSAFE"> {
  return new UsageError(
    "SECRET_FILE_UNSAFE",
    `${path}: expected a file that only its owner can use, but it ${problem}; if it is yours, chmod 600 it, or run this as the user it belongs to; if it came with a repository or you do not know it, remove it, and a new one is made`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
