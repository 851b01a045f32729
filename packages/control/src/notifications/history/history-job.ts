import type { JobKind } from "../../jobs/index.ts";
import type { Database } from "../../storage/index.ts";
import { listReadPlaces } from "./history-state.ts";
import { readHistory } from "./read-history.ts";
import type { HistoryMeans, HistoryPlace } from "./read-history.ts";

/** What the job needs. */
export interface HistoryJobOptions extends Omit<HistoryMeans, "queries"> {
  readonly database: Database;
}

/** How often it is looked whose history is due, ms. */
const LOOK_EVERY_MS = 30_000;

/** How many histories are read at once: one that Apple is slow with holds up three more at most. */
const CONCURRENCY = 4;

/**
 * Returns the job that reads Apple's history: of every app in turn, as often as it is due, and of each once
 * after a start, for nobody took notifications before.
 */
export function historyJob(options: HistoryJobOptions): JobKind {
  const { database, now } = options;
  const { queries } = database;
  const startedAt = now();
  const begun = new Set<string>();
  return {
    name: "notifications.history",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      const places = await listReadPlaces(queries);
      const due = places.filter(({ nextAt, readAt, ...place }) => {
        const isOverdue = nextAt === null || nextAt <= now();
        return isOverdue || (readAt !== null && readAt < startedAt && !begun.has(nameOf(place)));
      });
      await eachOf(due, async ({ app, environment, mode }) => {
        signal.throwIfAborted();
        begun.add(nameOf({ app, environment, mode }));
        await readHistory({ app, environment, mode }, { ...options, queries }, signal);
      });
    },
  };
}

function nameOf({ app, environment }: HistoryPlace): string {
  return `${app} ${environment}`;
}

/** Does it for all of them, some at a time; the first failure is thrown when those under way have ended. */
async function eachOf<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
