import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";

/** Whose configuration: ours, or that of `asc`, which we only read. */
export type ConfigFamily = "holdfast" | "asc";

/** Where the configuration of one program is. */
export interface ConfigLocations {
  /** The one that counts first: the variable's, else the nearest, else the home directory's. */
  readonly active: string | undefined;
  /** The one in the home directory; undefined where there is no home directory. */
  readonly global: string | undefined;
}

const FAMILIES = {
  holdfast: { directory: ".holdfast", variable: "HOLDFAST_CONFIG_PATH" },
  asc: { directory: ".asc", variable: "ASC_CONFIG_PATH" },
} as const;

const FILE = "config.json";

/**
 * Returns where configuration is looked for.
 *
 * @throws UsageError `CONFIG_PATH_INVALID`
 */
export function locateConfigs(
  { env, cwd }: Pick<Io, "env" | "cwd">,
  family: ConfigFamily,
): ConfigLocations {
  const { directory, variable } = FAMILIES[family];
  const home = filled(env["HOME"]) ?? filled(env["USERPROFILE"]);
  const global = home === undefined ? undefined : join(home, directory, FILE);
  const named = filled(env[variable]);
  if (named !== undefined && !isAbsolute(named)) {
    throw new UsageError("CONFIG_PATH_INVALID", `${variable}: expected an absolute path`);
  }
  return { active: named ?? nearest(cwd, directory) ?? global, global };
}

/** Returns where `--local` writes. */
export function localConfigPath({ cwd }: Pick<Io, "cwd">): string {
  return join(cwd, FAMILIES.holdfast.directory, FILE);
}

function nearest(from: string, directory: string): string | undefined {
  const path = join(from, directory, FILE);
  if (existsSync(path)) return path;
  const parent = dirname(from);
  return parent === from ? undefined : nearest(parent, directory);
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
