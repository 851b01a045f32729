import { realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "./command.ts";
import { codeOf } from "./files.ts";

/**
 * Refuses a path that links lead out of the working directory, or another one. For paths nobody has named:
 * a repository can have a link under the name that a command writes to by default.
 *
 * @param cwd - the directory nothing may lead out of; it need not be there yet
 * @param path - as the user knows it, relative to that directory; it need not be there yet
 * @throws UsageError `FILE_UNWRITABLE`
 */
export function requireConfined({ cwd }: Pick<Io, "cwd">, path: string): void {
  const real = realPathOf(resolve(cwd, path));
  const fromHere = relative(realPathOf(cwd), real);
  if (!isAbsolute(fromHere) && !/^\.\.(?:[/\\]|$)/.test(fromHere)) return;
  throw new UsageError(
    "FILE_UNWRITABLE",
    `${path}: a link leads out of ${cwd}, to ${real}; remove it, or name the directory you want`,
  );
}

/** Where a path leads, or where it would if the rest of it were made. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || parent === path) throw error;
    return realPathOf(parent);
  }
}
