import type { Insertable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { StatusQueuesTable } from "./tables.ts";

/** What is written of how asking Apple goes; what is not given stays. */
export interface QueueProgress {
  /** Why the last question that failed did, and until when nobody is asked about because of it. */
  readonly problem?: { readonly code: string; readonly pausedUntil?: number };
  /** Statuses settled per second. */
  readonly rate?: number;
  /** Whether Apple answered a question: a pause after that is a new one. */
  readonly isAnswered?: boolean;
}

/** Writes how asking Apple goes for one app in one environment. */
export async function writeQueueProgress(
  queries: Queries,
  place: SubscriptionPlace,
  { problem, rate, isAnswered = false, now }: QueueProgress & { readonly now: number },
): Promise<void> {
  const isPaused = problem?.pausedUntil !== undefined;
  const change: Partial<Omit<Insertable<StatusQueuesTable>, keyof SubscriptionPlace>> = {
    ...(problem === undefined ? {} : { problem: problem.code, problem_at: now }),
    ...(problem?.pausedUntil === undefined ? {} : { paused_until: problem.pausedUntil }),
    ...(rate === undefined ? {} : { rate, rate_at: now }),
  };
  if (Object.keys(change).length === 0 && !isAnswered) return;
  const none = { paused_until: null, problem: null, problem_at: null, rate: null, rate_at: null };
  const paused_since = isPaused ? now : null;
  await queries
    .insertInto("status_queues")
    .values({ ...none, ...change, paused_since, app: place.app, environment: place.environment })
    .onConflict((conflict) =>
      conflict.columns(["app", "environment"]).doUpdateSet((row) => ({
        ...change,
        ...(isAnswered ? { paused_since } : {}),
        ...(isPaused && !isAnswered
          ? { paused_since: row.fn.coalesce("status_queues.paused_since", row.val(now)) }
          : {}),
      })),
    )
    .execute();
}

/** Returns the places Apple may be asked for now: every environment an app is served in that is not paused. */
export async function openPlaces(
  queries: Queries,
  now: number,
): Promise<readonly SubscriptionPlace[]> {
  return queries
    .selectFrom("app_environments as place")
    .leftJoin("status_queues as queue", (join) =>
      join
        .onRef("queue.app", "=", "place.app")
        .onRef("queue.environment", "=", "place.environment"),
    )
    .select(["place.app", "place.environment"])
    .where((row) =>
      row.or([row("queue.paused_until", "is", null), row("queue.paused_until", "<=", now)]),
    )
    .orderBy("place.app")
    .orderBy("place.environment")
    .execute();
}
