import { readFile } from "node:fs/promises";

/** Returns one file of the project that `holdfast init` writes. */
export function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`../templates/project/${name}`, import.meta.url), "utf8");
}
