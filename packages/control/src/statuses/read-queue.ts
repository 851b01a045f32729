import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { WantedReason } from "./tables.ts";
import { URGENCY } from "./write-wanted.ts";

/** Whom Apple is still to be asked about in one place. Times are milliseconds since 1970. */
export interface StatusQueue {
  /** Each counted once; `history` are those whose status is known already. */
  readonly waiting: Readonly<Record<WantedReason | "history", number>>;
  readonly oldestDueAt?: number;
  readonly ratePerSecond?: number;
  readonly pausedUntil?: number;
  readonly lastProblem?: { readonly code: string; readonly at: number };
}

/**
 * Reads the queue of a place.
 *
 * @param now - milliseconds since 1970
 */
export async function readQueue(
  queries: Queries,
  place: SubscriptionPlace,
  now: number,
): Promise<StatusQueue> {
  const { app, environment } = place;
  const waiting = await queries
    .selectFrom("wanted_statuses")
    .select(({ fn }) => [
      "step",
      "urgency",
      fn.countAll<number>().as("count"),
      fn.min("next_at").as("oldest"),
    ])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("next_at", "is not", null)
    .groupBy(["step", "urgency"])
    .execute();
  const state = await queries
    .selectFrom("status_queues")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  const count = (isCounted: (row: (typeof waiting)[number]) => boolean): number =>
    waiting.reduce((sum, row) => (isCounted(row) ? sum + row.count : sum), 0);
  const of = (reason: WantedReason): number =>
    count(({ step, urgency }) => step === "status" && urgency === URGENCY[reason]);
  const oldest = Math.min(...waiting.map((row) => row.oldest ?? Number.POSITIVE_INFINITY));
  const { rate = null, paused_until = null, problem = null, problem_at = null } = state ?? {};
  return {
    waiting: {
      unknown: of("unknown"),
      outcome: of("outcome"),
      import: of("import"),
      history: count(({ step }) => step === "history"),
    },
    ...(oldest <= now ? { oldestDueAt: oldest } : {}),
    ...(rate === null ? {} : { ratePerSecond: rate }),
    ...(paused_until === null || paused_until <= now ? {} : { pausedUntil: paused_until }),
    ...(problem === null || problem_at === null
      ? {}
      : { lastProblem: { code: problem, at: problem_at } }),
  };
}
