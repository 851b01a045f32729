import type { Queries } from "../storage/index.ts";

/** Jobs of a kind that wait for somebody to do them. */
export interface DueJobs {
  readonly kind: string;
  readonly count: number;
  /** Since when the oldest is due, ms since 1970. */
  readonly dueSince: number;
}

/** Returns the kinds that have jobs due by `now`, ms since 1970, which nobody does. */
export async function listDueJobs(queries: Queries, now: number): Promise<readonly DueJobs[]> {
  return queries
    .selectFrom("jobs")
    .select(({ fn }) => [
      "kind",
      fn.countAll<number>().as("count"),
      fn.min<number>("due_at").as("dueSince"),
    ])
    .where("finished_at", "is", null)
    .where("due_at", "<=", now)
    .groupBy("kind")
    .orderBy("kind")
    .execute();
}
