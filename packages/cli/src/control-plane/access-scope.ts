import { UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec, Options } from "../command.ts";

/** The apps a role counts for. */
export type AccessScope = "all" | readonly string[];

/** Which apps a role is to count for. */
export const SCOPE_OPTION: OptionSpec = {
  flags: "--app <id>",
  description: "an app the role counts for; may come more than once",
  repeatable: true,
};

/** Every app, later ones too. */
export const ALL_APPS_OPTION: OptionSpec = {
  flags: "--all-apps",
  description: "the role counts for every app, later ones too",
};

/**
 * Returns the apps that {@link SCOPE_OPTION} and {@link ALL_APPS_OPTION} name; undefined where neither is
 * given.
 *
 * @throws UsageError `OPTION_INVALID` where both are
 */
export function findScope(options: Pick<Options, "list" | "flag">): "all" | string[] | undefined {
  const apps = [...options.list("app")];
  if (!options.flag("all-apps")) return apps.length === 0 ? undefined : apps;
  if (apps.length === 0) return "all";
  throw new UsageError("OPTION_INVALID", "expected --app or --all-apps, got both");
}

/**
 * {@link findScope} for commands that cannot do without: nothing gets a role for all apps by omission.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function requireScope(options: Pick<Options, "list" | "flag">): "all" | string[] {
  const scope = findScope(options);
  if (scope !== undefined) return scope;
  throw new UsageError("OPTION_MISSING", "--app is required, or --all-apps");
}

/** Says which apps a role counts for. */
export function sayScope(apps: AccessScope): string {
  return apps === "all" ? "all" : apps.join(", ");
}
