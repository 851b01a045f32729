import { lstatSync } from "node:fs";
import { dirname } from "node:path";

const ROOT = 0;

/** Writing, for the group and for others. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Says why a configuration that was found above the working directory does not count: it and the
 * directory it is in must be ours or root's, nobody else may write them, and neither may be a link.
 * Undefined where all is well. Windows has no such owners; there only links are refused.
 */
export function whyNotTrusted(path: string): string | undefined {
  return whyNot(dirname(path)) ?? whyNot(path);
}

function whyNot(path: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `${path} is a symbolic link`;
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  if (![own, ROOT].includes(stats.uid)) return `${path} belongs to another user`;
  if ((stats.mode & WRITABLE_BY_OTHERS) === 0) return undefined;
  return `${path} can be written by others (chmod go-w ${path}, if it is yours)`;
}
