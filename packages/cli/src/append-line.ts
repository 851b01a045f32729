import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/** Windows has no such flags. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | O_NOFOLLOW | O_NONBLOCK;

const LINE_END = 0x0a;

/**
 * Adds a line to a file, made when there is none; it is on the disk when this resolves. A last line
 * that a kill has cut off is ended first, so that it cannot swallow the new one. A symbolic link is
 * not followed.
 *
 * @param path - absolute
 * @param line - without its end
 * @throws Error of the system, or one that says what was expected
 */
export async function appendLine(path: string, line: string, mode = 0o666): Promise<void> {
  const file = await open(path, FLAGS, mode);
  try {
    const { size } = await statOwn(file);
    const start = (await isCutOff(file, size)) ? "\n" : "";
    await file.appendFile(`${start}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function statOwn(file: FileHandle): Promise<{ readonly size: number }> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error("expected a regular file, got a pipe or a device");
  // Root writes into everybody's directories; elsewhere another's file shows him all that is added.
  const own = process.getuid?.() ?? 0;
  if (own !== 0 && stats.uid !== own) throw new Error("belongs to another user");
  return stats;
}

async function isCutOff(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_END;
}
