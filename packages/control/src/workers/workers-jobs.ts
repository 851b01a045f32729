import type { JobKind } from "../jobs/index.ts";
import { isStorageError } from "../storage/index.ts";
import { createTendQueue } from "./tend-queue.ts";
import { tendValues } from "./values/tend-values.ts";
import { untendedApps } from "./values/untended-apps.ts";
import type { WorkersMeans } from "./workers-means.ts";

/** How often what failed is looked for, ms. */
const RETRY_EVERY_MS = 5000;

/** How often every app is looked at, ms: the net below being told of changes. */
const SWEEP_EVERY_MS = 60_000;

/** Returns the job that tries again what could not be written, and the one that finds what was missed. */
export function workersJobs(means: WorkersMeans): readonly JobKind[] {
  return [
    {
      name: "workers.retry",
      everyMs: RETRY_EVERY_MS,
      run: async ({ signal }) => tendAll(await dueApps(means), { means, signal }),
    },
    {
      name: "workers.sweep",
      everyMs: SWEEP_EVERY_MS,
      run: async ({ signal }) => tendAll(await untendedApps(means), { means, signal }),
    },
  ];
}

/** Those with something that failed, or that is to be looked at. */
async function dueApps({ database, now }: WorkersMeans): Promise<readonly string[]> {
  const at = now();
  const rows = await database.queries
    .selectFrom("workers_values")
    .select("app")
    .distinct()
    .where((row) => row.or([row("next_at", "<=", at), row("check_at", "<=", at)]))
    .orderBy("app")
    .execute();
  return rows.map(({ app }) => app);
}

/** @throws the first that an app threw, when all were seen to */
async function tendAll(
  apps: readonly string[],
  { means, signal }: { readonly means: WorkersMeans; readonly signal: AbortSignal },
): Promise<void> {
  const failures: unknown[] = [];
  const queue = createTendQueue({
    act: (app) => (signal.aborted ? Promise.resolve() : tendValues(means, { app, signal })),
    onProblem: (error) => {
      // Somebody is at it already.
      if (!isStorageError(error, "DATABASE_BUSY")) failures.push(error);
    },
  });
  for (const app of apps) queue.add(app);
  await queue.idle();
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}
