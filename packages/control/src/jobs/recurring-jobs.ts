import type { Selectable } from "kysely";
import type { Queries, Schema } from "../storage/index.ts";

/** The key of the one job that stands for a kind's schedule. */
export const SCHEDULE_KEY = "schedule";

/** How a recurring job is. */
export interface RecurringJob {
  /** Its kind. */
  readonly name: string;
  /** `failed`: its last run did not end well, and it waits to be tried again or for its next turn. */
  readonly state: "never" | "running" | "succeeded" | "failed";
  /** When its last run began, ms since 1970. */
  readonly lastRunAt?: number;
  /** When it begins again; absent while it runs. */
  readonly nextRunAt?: number;
  /** The code of why its last run failed. */
  readonly problem?: string;
}

/**
 * Returns how every recurring job is, by name, whichever process does it.
 *
 * @param now - milliseconds since 1970
 */
export async function listRecurringJobs(
  queries: Queries,
  now: number,
): Promise<readonly RecurringJob[]> {
  const rows = await queries
    .selectFrom("jobs")
    .select(["kind", "due_at", "lease", "last_error", "claimed_at"])
    .where("key", "=", SCHEDULE_KEY)
    .where("finished_at", "is", null)
    .orderBy("kind")
    .execute();
  return rows.map((row) => recurringJobOf(row, now));
}

type JobRow = Pick<
  Selectable<Schema["jobs"]>,
  "kind" | "due_at" | "lease" | "last_error" | "claimed_at"
>;

function recurringJobOf(
  { kind, due_at, lease, last_error, claimed_at }: JobRow,
  now: number,
): RecurringJob {
  // A lease that is over is a process that died; the job is due again.
  const isRunning = lease !== null && due_at > now;
  const state = last_error === null ? "succeeded" : "failed";
  return {
    name: kind,
    state: isRunning ? "running" : claimed_at === null ? "never" : state,
    ...(claimed_at === null ? {} : { lastRunAt: claimed_at }),
    ...(isRunning ? {} : { nextRunAt: due_at }),
    ...(last_error === null ? {} : { problem: last_error }),
  };
}
