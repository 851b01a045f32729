import { dirname } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { FileSteps } from "./file-steps.ts";
import { reasonOf } from "./files.ts";
import { makeDirectories } from "./make-directories.ts";
import { replaceFile } from "./replace-file.ts";

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Writes a file that its owner alone may read, and the directories it is in: a reader sees all of
 * the old content or all of the new, even after a power cut. A symbolic link is not followed.
 *
 * @param path - absolute
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writePrivateFile(
  path: string,
  text: string,
  files?: FileSteps,
): Promise<void> {
  try {
    await makeDirectories(dirname(path), OWNER_ONLY_DIRECTORY);
    await replaceFile(path, text, { mode: OWNER_ONLY_FILE, files });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError("FILE_UNWRITABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}
