import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns where nginx is on this machine; nothing where there is none. */
export function findNginx(path = process.env["PATH"] ?? ""): string | undefined {
  // Debian's is where only root's path leads.
  const directories = [...path.split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return directories.map((directory) => join(directory, "nginx")).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
