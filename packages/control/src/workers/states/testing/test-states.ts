import { subscriberKey } from "@holdfast/runtime/wire";
import { SYSTEM_TIMES } from "../../../jobs/index.ts";
import type { JobContext } from "../../../jobs/job-kind.ts";
import { readSubscriberState } from "../../../subscribers/state/read-stored.ts";
import { openTestSubscribers, PLACE } from "../../../subscribers/testing/test-subscribers.ts";
import type { TestSubscribers } from "../../../subscribers/testing/test-subscribers.ts";
import type { TestEngine } from "../../../storage/testing/engines.ts";
import { clearStatesJob } from "../clear-states-job.ts";
import { workerStatesJob } from "../states-job.ts";
import type { WorkerStatesMeans } from "../states-job.ts";
import { createMemoryNamespace } from "./memory-namespace.ts";
import type { MemoryNamespace } from "./memory-namespace.ts";
import { connectTarget, SETTLED_MS } from "./test-target.ts";

/** Subscribers, and a namespace that their states are written to. */
export interface TestStates extends TestSubscribers {
  readonly namespace: MemoryNamespace;
  /** Runs the job once. */
  readonly run: (signal?: AbortSignal) => Promise<void>;
  /** Connects the app, and runs the job until all that were there are written. */
  readonly connect: () => Promise<void>;
  readonly clear: () => Promise<void>;
  /** Returns what is written of a subscription, by its first transaction. */
  readonly written: (transactionId: string) => unknown;
  /** Returns what a lookup over HTTP answers of it now. */
  readonly lookedUp: (transactionId: string) => Promise<unknown>;
  /** Returns how many marks there are. */
  readonly marks: () => Promise<number>;
}

/** Opens them on an engine. */
export async function openTestStates(
  engine: TestEngine,
  options: Pick<WorkerStatesMeans, "maxMarks"> = {},
): Promise<TestStates> {
  const subscribers = await openTestSubscribers(engine);
  const { database, clock, ids } = subscribers;
  const namespace = createMemoryNamespace();
  const job = workerStatesJob({
    ...options,
    database,
    clientOf: () => Promise.resolve(namespace),
    times: { ...SYSTEM_TIMES, now: () => clock.now },
  });
  const clearing = clearStatesJob({ database, batch: 2 });
  const run = (signal?: AbortSignal): Promise<void> => job.run(contextOf(signal));
  return {
    ...subscribers,
    namespace,
    run,
    async connect() {
      await connectTarget(database, clock.now);
      await run();
      clock.now += SETTLED_MS;
      await run();
    },
    clear: () => clearing.run(contextOf()),
    written(transactionId) {
      const key = subscriberKey(PLACE, ids.pseudonymOf(transactionId));
      const value = namespace.values.get(key);
      return value === undefined ? undefined : (JSON.parse(value) as unknown);
    },
    lookedUp: (transactionId) =>
      readSubscriberState(database.queries, PLACE, {
        pseudonym: ids.pseudonymOf(transactionId),
        now: clock.now,
      }),
    async marks() {
      const rows = await database.queries.selectFrom("worker_state_marks").select("id").execute();
      return rows.length;
    },
  };
}

function contextOf(signal = new AbortController().signal): JobContext {
  return { id: "job", payload: null, attempt: 1, signal };
}
