import type { Selectable } from "kysely";
import type { Database } from "../database.ts";
import { fromJsonText } from "../json-text.ts";
import type { JobsTable } from "../schema/jobs-table.ts";

/** A job this process may work on until its lease ends. */
export interface ClaimedJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  readonly payload: unknown;
  /** This claim's own id: who claims later has another, and this one's writes then do nothing. */
  readonly lease: string;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
  readonly maxAttempts: number;
}

/** What to claim and for how long. */
export interface ClaimJobOptions {
  /** The kinds this process can do. */
  readonly kinds: readonly string[];
  /** A new id for this claim. */
  readonly lease: string;
  /** The time now, ms since 1970. Clocks of several processes must agree better than a lease is long. */
  readonly now: number;
  /** How long the job is this process's unless it is extended, ms. */
  readonly leaseMs: number;
}

/**
 * Claims the job that has been due longest and returns it; `undefined` when none is due. No two callers
 * get the same job while its lease lasts. A job whose lease ran out, because its process died, is due
 * again, with that attempt counted.
 */
export async function claimJob(
  { engine, queries }: Pick<Database, "engine" | "queries">,
  { kinds, lease, now, leaseMs }: ClaimJobOptions,
): Promise<ClaimedJob | undefined> {
  if (kinds.length === 0) return undefined;
  const row = await queries
    .updateTable("jobs")
    .set((job) => ({
      lease,
      due_at: now + leaseMs,
      attempts: job("attempts", "+", 1),
      claimed_at: now,
    }))
    .where("id", "=", (subquery) => {
      const due = subquery
        .selectFrom("jobs as due")
        .select("due.id")
        .where("due.finished_at", "is", null)
        .where("due.due_at", "<=", now)
        .where("due.kind", "in", kinds)
        .orderBy("due.due_at")
        .orderBy("due.id")
        .limit(1);
      // SQLite has one writer at a time and no such words; PostgreSQL passes by what others claim.
      return engine === "postgres" ? due.forUpdate().skipLocked() : due;
    })
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : claimed(row, lease);
}

function claimed(row: Selectable<JobsTable>, lease: string): ClaimedJob {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    payload: fromJsonText(row.payload),
    lease,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
  };
}
