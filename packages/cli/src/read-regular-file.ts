import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** A file that was read, and who may do what with it. */
export interface RegularFile {
  readonly text: string;
  /** The lower nine bits: what the owner, the group and others may. */
  readonly mode: number;
}

/** Keys and configurations are far smaller. */
const MAX_BYTES = 64 * 1024;

/** Windows has no such flag, and no such files. */
const NON_BLOCKING = (constants.O_NONBLOCK as number | undefined) ?? 0;

/**
 * Reads a small text file. A pipe or a device, which could keep a command waiting for ever, and a file
 * of more than 64 KiB are refused: their path may come from somebody else's configuration.
 *
 * @param path - absolute
 * @throws Error of the system, or one that says what was expected
 */
export async function readRegularFile(path: string): Promise<RegularFile> {
  const file = await open(path, constants.O_RDONLY | NON_BLOCKING);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error("is a directory, expected a file");
    if (!stats.isFile()) throw new Error("expected a regular file, got a pipe or a device");
    if (stats.size > MAX_BYTES) {
      throw new Error(`expected at most ${MAX_BYTES} bytes, got ${stats.size}`);
    }
    return { text: await file.readFile("utf8"), mode: stats.mode & 0o777 };
  } finally {
    await file.close();
  }
}
