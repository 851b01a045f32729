import { UsageError } from "@holdfast/appstore/errors";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { Io, Options } from "../command.ts";
import { readTextIfPresent } from "../files.ts";
import { readYaml } from "../read-yaml.ts";

/**
 * Holds a snapshot that is to be published for an app against the configuration, where there is one. Returns a
 * warning where that does not name the app in the environment: no Worker that is built of it answers by this.
 * Nothing else of the configuration is checked.
 *
 * @throws UsageError `BUNDLE_ID_MISMATCH` where the app has another bundle id there: Workers would refuse it, and new
 *   isolates answer nothing; `FILE_UNREADABLE`, `CONFIG_INVALID`
 */
export async function checkPlace(
  app: string,
  snapshot: Pick<Snapshot, "app" | "environment">,
  { options, io }: { readonly options: Options; readonly io: Io },
): Promise<readonly string[]> {
  const file = options.required("config");
  if ((await readTextIfPresent(io, file)) === undefined) return [];
  const configured = fieldOf(fieldOf(await readYaml(io, file), "apps"), app);
  if (fieldOf(fieldOf(configured, "environments"), snapshot.environment) === undefined) {
    return [
      `${file} does not name ${app} in ${snapshot.environment}: no Worker that is built of it answers by this; look whether --app is the id there`,
    ];
  }
  const bundleId = fieldOf(configured, "bundleId");
  if (bundleId === snapshot.app) return [];
  throw new UsageError(
    "BUNDLE_ID_MISMATCH",
    `${file} has the bundle id ${String(bundleId)} for ${app}, and the flow is for ${snapshot.app}: Workers would refuse it, and nothing was published; correct one of the two, or --app`,
  );
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
