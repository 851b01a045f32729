import type { Updateable } from "kysely";
import type { Queries } from "../database.ts";
import type { JobsTable } from "../schema/jobs-table.ts";
import type { ClaimedJob } from "./claim-job.ts";

/** What becomes of a claimed job. */
export type JobSettlement =
  /** Still at it: the lease lasts until then. */
  | { readonly to: "extended"; readonly until: number }
  /** Not now: due again at `dueAt`, with the code of what went wrong. */
  | { readonly to: "retry"; readonly dueAt: number; readonly error: string }
  /** Given back as if it had not been claimed. */
  | { readonly to: "released"; readonly dueAt: number }
  /** Done for this time and due again: a job with a schedule. */
  | { readonly to: "repeat"; readonly dueAt: number; readonly error: string | null }
  | { readonly to: "done"; readonly at: number }
  | { readonly to: "failed"; readonly at: number; readonly error: string };

/**
 * Writes what becomes of a job this process claimed, and returns whether the claim still held. When
 * not, somebody else has the job by now and nothing was written.
 */
export async function settleJob(
  queries: Queries,
  job: ClaimedJob,
  settlement: JobSettlement,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("jobs")
    .set(columnsOf(job, settlement))
    .where("id", "=", job.id)
    .where("lease", "=", job.lease)
    .where("finished_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function columnsOf(job: ClaimedJob, settlement: JobSettlement): Updateable<JobsTable> {
  switch (settlement.to) {
    case "extended":
      return { due_at: settlement.until };
    case "retry":
      return { lease: null, due_at: settlement.dueAt, last_error: settlement.error };
    case "released":
      return { lease: null, due_at: settlement.dueAt, attempts: job.attempts - 1 };
    case "repeat":
      return {
        lease: null,
        due_at: settlement.dueAt,
        attempts: 0,
        last_error: settlement.error,
      };
    case "done":
      return { lease: null, finished_at: settlement.at, outcome: "done", last_error: null };
    case "failed":
      return {
        lease: null,
        finished_at: settlement.at,
        outcome: "failed",
        last_error: settlement.error,
      };
  }
}
