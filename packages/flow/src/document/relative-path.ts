/**
 * Tells whether a path stays below the folder it is relative to: no drive, no leading slash, no
 * `..`, no backslash. Whoever opens the file still resolves links himself.
 */
export function isPathBelow(path: string): boolean {
  if (path === "" || path.startsWith("/") || /[\\:\0]/.test(path)) return false;
  return !path.split("/").includes("..");
}
