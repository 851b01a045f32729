import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import { UsageError } from "@holdfast/appstore/errors";
import { DISK } from "./file-steps.ts";
import type { FileSteps } from "./file-steps.ts";

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Permissions of the new file; default: those of the one it replaces, else what the umask leaves. */
  readonly mode?: number;
  /** Default: the steps on the disk. */
  readonly files?: FileSteps | undefined;
}

/**
 * Writes a file whole: a reader sees all of the old content or all of the new, even after a power cut.
 * A symbolic link in its place is not followed.
 *
 * @param path - absolute
 * @throws UsageError `FILE_UNWRITABLE` for a symbolic link; errors of the system as they are
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode = usualMode(path), files = DISK }: ReplaceOptions = {},
): Promise<void> {
  refuseLink(path);
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await files.create(draft, content, { mode, isDurable: true });
    await files.rename(draft, path);
  } catch (error) {
    await files.remove(draft);
    throw error;
  }
}

function usualMode(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0o666 & ~process.umask() : found.mode & 0o777;
}

/**
 * Refuses a symbolic link, which may lead anywhere when somebody else put it there; the system's own
 * below /dev may not.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export function refuseLink(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() !== true || path.startsWith("/dev/")) return;
  throw new UsageError(
    "FILE_UNWRITABLE",
    `${path}: is a symbolic link, which is not followed; remove it, or name what it leads to`,
  );
}
