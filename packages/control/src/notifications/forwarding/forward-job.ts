import type { JobKind, JobTimes } from "../../jobs/index.ts";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import type { Database } from "../../storage/index.ts";
import { createGroupCommit } from "../group-commit.ts";
import { attemptForwarding } from "./attempt-forwarding.ts";
import type { ForwardMeans } from "./attempt-forwarding.ts";
import { dueForwardings } from "./due-forwardings.ts";
import type { DueForwarding } from "./due-forwardings.ts";
import { settleForwardings } from "./settle-forwardings.ts";
import type { EndedForwarding } from "./settle-forwardings.ts";

/** What the job needs. */
export interface ForwardJobOptions extends Omit<ForwardMeans, "queries"> {
  readonly database: Database;
  readonly times?: JobTimes;
}

/** How often it is looked for what is due, ms. */
const LOOK_EVERY_MS = 2000;

/** How often it is looked while posts are under way, ms. */
const LOOK_WHILE_BUSY_MS = 1000;

/** How many posts are under way to one address; to one that fails, one alone. */
const WIDTH = { sound: 8, failing: 1 } as const;

/** Attempts that are written by one transaction. */
const MAX_GROUP = 200;

/** Returns the job that passes notifications on. */
export function forwardJob(options: ForwardJobOptions): JobKind {
  return {
    name: "notifications.forward",
    everyMs: LOOK_EVERY_MS,
    run: ({ signal }) => forward({ ...options, times: options.times ?? SYSTEM_TIMES }, signal),
  };
}

type Means = ForwardJobOptions & { readonly times: JobTimes };

/** Goes on until nothing is due and nothing under way; an address that is slow holds up no other. */
async function forward(means: Means, signal: AbortSignal): Promise<void> {
  const { database, times } = means;
  const { queries } = database;
  const underWay = new Map<string, Set<string>>();
  const busy = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const settling = createGroupCommit<EndedForwarding, undefined>({
    maxItems: MAX_GROUP,
    isAboutAll: () => true,
    async write(ended) {
      await database.transaction((transaction) => settleForwardings(transaction.queries, ended));
      return ended.map(() => undefined);
    },
  });

  async function forwardOnce(due: DueForwarding): Promise<void> {
    const attempt = await attemptForwarding(due, { ...means, queries }, signal);
    const { sealed: _sealed, ...rest } = due;
    await settling.add({ due: rest, ...attempt, at: times.now(), random: times.random() });
  }

  function begin(due: DueForwarding): void {
    const ids = underWay.get(due.forward) ?? new Set();
    underWay.set(due.forward, ids.add(due.id));
    const done: Promise<void> = forwardOnce(due)
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => {
        ids.delete(due.id);
        busy.delete(done);
      });
    busy.add(done);
  }

  try {
    while (failures.length === 0) {
      signal.throwIfAborted();
      const now = times.now();
      for (const due of await dueForwardings(queries, { now, underWay, width: WIDTH })) begin(due);
      if (busy.size === 0) break;
      await Promise.race([...busy, times.wait(LOOK_WHILE_BUSY_MS, signal)]);
    }
  } finally {
    await Promise.all(busy);
  }
  if (failures.length > 0) throw failures[0];
}
