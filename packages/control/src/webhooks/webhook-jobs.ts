import type { JobKind, JobTimes } from "../jobs/index.ts";
import { SYSTEM_TIMES } from "../jobs/index.ts";
import type { Database, IdSource } from "../storage/index.ts";
import { attemptDelivery } from "./attempt-delivery.ts";
import type { AttemptMeans } from "./attempt-delivery.ts";
import { dueDeliveries, pruneDeliveries } from "./deliveries.ts";
import type { DueDelivery } from "./deliveries.ts";
import { tellEvents } from "./events/tell-events.ts";
import { settleDelivery } from "./settle-delivery.ts";

/** What the jobs need. */
export interface WebhookJobsOptions extends AttemptMeans {
  readonly database: Database;
  readonly ids: IdSource;
  readonly times?: JobTimes;
}

/** How often it is looked for events and due deliveries, ms. */
const LOOK_EVERY_MS = 2000;

/** How often it is looked while posts are under way, ms. */
const LOOK_WHILE_BUSY_MS = 1000;

/** How many webhooks are posted to at the same time, each with one post. */
const CONCURRENCY = 16;

const HOUR_MS = 3_600_000;

/** Deliveries deleted by one statement, and statements in one run. */
const PRUNED = { rows: 500, batches: 200 } as const;

/** Returns the job that tells events and posts them, and the one that forgets old deliveries. */
export function webhookJobs(options: WebhookJobsOptions): readonly JobKind[] {
  const { database, times = SYSTEM_TIMES } = options;
  return [
    {
      name: "webhooks.deliver",
      everyMs: LOOK_EVERY_MS,
      run: ({ signal }) => deliver({ ...options, times }, signal),
    },
    {
      name: "webhooks.retention",
      everyMs: HOUR_MS,
      async run({ signal }) {
        for (let batch = 0; batch < PRUNED.batches; batch += 1) {
          signal.throwIfAborted();
          if ((await pruneDeliveries(database.queries, times.now(), PRUNED.rows)) === 0) return;
        }
      },
    },
  ];
}

/**
 * Goes on until nothing is due and nothing under way. A webhook gets one post at a time, so that a slow one
 * holds up no other.
 */
async function deliver(
  means: WebhookJobsOptions & { readonly times: JobTimes },
  signal: AbortSignal,
): Promise<void> {
  const { database, ids, times } = means;
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];

  function begin(delivery: DueDelivery): void {
    const done = deliverOnce(delivery, means, signal)
      .catch((error: unknown) => failures.push(error))
      .finally(() => busy.delete(delivery.webhook))
      .then(() => undefined);
    busy.set(delivery.webhook, done);
  }

  try {
    while (failures.length === 0) {
      signal.throwIfAborted();
      await tellEvents({ database, ids, now: () => times.now() });
      const limit = CONCURRENCY - busy.size;
      const except = [...busy.keys()];
      const due = await dueDeliveries(database.queries, { now: times.now(), except, limit });
      for (const delivery of due) begin(delivery);
      if (busy.size === 0) break;
      await Promise.race([...busy.values(), times.wait(LOOK_WHILE_BUSY_MS, signal)]);
    }
  } finally {
    await Promise.all(busy.values());
  }
  if (failures.length > 0) throw failures[0];
}

async function deliverOnce(
  delivery: DueDelivery,
  means: WebhookJobsOptions & { readonly times: JobTimes },
  signal: AbortSignal,
): Promise<void> {
  const { database, times } = means;
  const result = await attemptDelivery(delivery, { means, at: times.now() }, signal);
  await settleDelivery(database, delivery, { ...result, at: times.now(), random: times.random() });
}
