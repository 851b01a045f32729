import { access, constants } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";

/** How wrangler is started: a program and the arguments before wrangler's own. */
export interface FoundWrangler {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Where its package has the command. */
const IN_PACKAGE = join("node_modules", "wrangler", "bin", "wrangler.js");

/** This program's own place: wrangler may be installed beside it. */
const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Returns Cloudflare's wrangler: of the project around the working directory, installed beside this
 * program, or on the PATH. What is a package is run by the Node that runs this.
 *
 * @param places - directories from which upward packages are looked for
 * @throws UsageError `WRANGLER_MISSING`
 */
export async function findWrangler(
  { cwd, env }: Pick<Io, "cwd" | "env">,
  places: readonly string[] = [resolve(cwd), HERE],
): Promise<FoundWrangler> {
  for (const directory of places.flatMap(upwardFrom)) {
    const path = join(directory, IN_PACKAGE);
    if (await isAllowed(path, constants.R_OK)) {
      return { program: process.execPath, arguments: [path] };
    }
  }
  const directories = (env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  for (const directory of directories) {
    const path = join(directory, "wrangler");
    if (await isAllowed(path, constants.X_OK)) return { program: path, arguments: [] };
  }
  throw new UsageError(
    "WRANGLER_MISSING",
    "expected Cloudflare's wrangler in node_modules or on the PATH; install it: npm install --save-dev wrangler",
  );
}

function upwardFrom(directory: string): readonly string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwardFrom(parent)];
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
