import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";
import { whyNotTrusted } from "./trusted-config.ts";

/** Whose configuration: ours, or that of `asc`, which we only read. */
export type ConfigFamily = "holdfast" | "asc";

/** Where the configuration of one program is. */
export interface ConfigLocations {
  /** The one that counts first: the variable's, else the project's, else the home directory's. */
  readonly active: string | undefined;
  /** The user's: the variable's, else the home directory's. Nobody else's repository can bring it. */
  readonly own: string | undefined;
  /** The one in the home directory; undefined where there is no home directory. */
  readonly global: string | undefined;
  /** The nearest from the working directory upwards, where it is the active one. */
  readonly project: string | undefined;
  /** What was found on the way upwards and does not count. */
  readonly ignored: readonly IgnoredConfig[];
}

/** A configuration that others may have put there. */
interface IgnoredConfig {
  readonly path: string;
  /** What is wrong, and how to mend it. */
  readonly reason: string;
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
  if (named !== undefined) {
    if (!isAbsolute(named)) {
      throw new UsageError("CONFIG_PATH_INVALID", `${variable}: expected an absolute path`);
    }
    return { active: named, own: named, global, project: undefined, ignored: [] };
  }
  const { project, ignored } = findProject(cwd, directory, global);
  return { active: project ?? global, own: global, global, project, ignored };
}

/** Returns where `--local` writes. */
export function localConfigPath({ cwd }: Pick<Io, "cwd">): string {
  return join(cwd, FAMILIES.holdfast.directory, FILE);
}

function findProject(
  cwd: string,
  directory: string,
  global: string | undefined,
): Pick<ConfigLocations, "project" | "ignored"> {
  const ignored: IgnoredConfig[] = [];
  for (const above of withParents(cwd)) {
    const path = join(above, directory, FILE);
    if (path === global) break;
    if (!existsSync(path)) continue;
    const reason = whyNotTrusted(path);
    if (reason === undefined) return { project: path, ignored };
    ignored.push({ path, reason });
  }
  return { project: undefined, ignored };
}

function withParents(directory: string): readonly string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...withParents(parent)];
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
