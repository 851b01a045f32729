import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a directory and those it is in, where they are not there. Node's own way tries for ever where
 * a file system lets nothing be made, as /proc does.
 *
 * @param path - absolute
 * @param mode - permissions of what is made; default: what the umask leaves
 * @throws Error of the system
 */
export async function makeDirectories(path: string, mode?: number): Promise<void> {
  if (existsSync(path)) return;
  await makeDirectories(dirname(path), mode);
  try {
    await mkdir(path, mode);
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    // Another process was faster.
    if (!isThere) throw error;
  }
}
