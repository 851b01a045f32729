import { listTargets } from "../target.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { needsTending, readStoredValues, withStored } from "./stored-values.ts";
import { wantedValues } from "./wanted-values.ts";

/** Returns the apps of which something is to be written or looked at now, whatever was announced. */
export async function untendedApps(means: WorkersMeans): Promise<readonly string[]> {
  const { queries } = means.database;
  const targets = await listTargets(queries);
  if (targets.length === 0) return [];
  const connected = new Set(targets.map(({ app }) => app));
  const stored = await readStoredValues(queries);
  const known = withStored(await wantedValues(queries, means), stored);
  const now = means.now();
  const apps = known
    .filter((value) => connected.has(value.wanted.app) && needsTending(value, now))
    .map(({ wanted }) => wanted.app);
  return [...new Set(apps)];
}
