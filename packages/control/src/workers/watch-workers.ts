import type { ChangeHub, ChangeNews } from "../changes/index.ts";
import { WATCHED_TOPICS } from "../distribution/index.ts";
import { isStorageError } from "../storage/index.ts";
import { WORKERS_TARGET_TOPIC } from "./target.ts";
import { createTendQueue } from "./tend-queue.ts";
import { tendValues } from "./values/tend-values.ts";
import { untendedApps } from "./values/untended-apps.ts";
import type { WorkersMeans } from "./workers-means.ts";

/** The topics a hub must hear for {@link watchWorkers}. */
export const WORKERS_TOPICS: readonly string[] = [...WATCHED_TOPICS, WORKERS_TARGET_TOPIC];

/** What is watched with. */
export interface WatchWorkersOptions {
  readonly means: WorkersMeans;
  /** Hears {@link WORKERS_TOPICS}. */
  readonly hub: ChangeHub;
  /** Called with what the database throws; the job does later what was left. Must not throw. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * Writes what changed to the namespaces that Workers read, as soon as it is known, and at first what changed
 * while nobody watched. Returns how to stop, which resolves when nothing is under way any more.
 */
export function watchWorkers({ means, hub, onProblem }: WatchWorkersOptions): () => Promise<void> {
  const stopping = new AbortController();
  const queue = createTendQueue({
    act: async (app) => {
      if (!stopping.signal.aborted) await tendValues(means, { app, signal: stopping.signal });
    },
    onProblem: (error) => {
      // Who is at the same namespace does it, or the job.
      if (!stopping.signal.aborted && !isStorageError(error, "DATABASE_BUSY")) onProblem(error);
    },
  });
  const addUntended = async (): Promise<void> => {
    try {
      for (const app of await untendedApps(means)) queue.add(app);
    } catch (error) {
      onProblem(error);
    }
  };
  const stop = hub.listen((news) => {
    for (const app of changedApps(news)) queue.add(app);
  });
  const begun = addUntended();
  return async () => {
    stop();
    stopping.abort();
    await begun;
    await queue.idle();
  };
}

function changedApps({ changes }: ChangeNews): ReadonlySet<string> {
  const apps = changes.flatMap(({ topic, app }) =>
    WORKERS_TOPICS.includes(topic) && app !== null ? [app] : [],
  );
  return new Set(apps);
}
