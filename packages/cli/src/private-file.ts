import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { codeOf, reasonOf } from "./files.ts";

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Writes a file that its owner alone may read, and the directories it is in: a reader sees all of
 * the old content or all of the new, even after a power cut. A symbolic link is not followed.
 *
 * @param path - absolute
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    await refuseLink(path);
    await replaceFile(path, text);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError("FILE_UNWRITABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

async function refuseLink(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isSymbolicLink() !== true) return;
  throw new UsageError(
    "FILE_UNWRITABLE",
    `${path}: expected a file, got a symbolic link; remove it, or name the file it leads to`,
  );
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, "wx", OWNER_ONLY_FILE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
