import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Directories hold keys: their owner alone may enter. */
const PRIVATE_DIRECTORY_MODE = 0o700;
/** Files may be keys: their owner alone may read. */
export const PRIVATE_FILE_MODE = 0o600;

/** Makes `directory`, and what leads to it, enterable by its owner alone. */
export function makePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  chmodSync(directory, PRIVATE_DIRECTORY_MODE);
}

/**
 * Writes `content` to `path`, readable by its owner alone: a reader, or a start after the process was
 * killed, sees all of the old content or all of the new. A power cut may lose either, for a world is
 * written after each change and none of it is precious.
 */
export function writeFileAtomically(path: string, content: string): void {
  makePrivateDirectory(dirname(path));
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(draft, content, { mode: PRIVATE_FILE_MODE });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
