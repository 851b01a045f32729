import type { Transaction } from "../database.ts";
import { toJsonText } from "../json-text.ts";

/** A job to do. */
export interface NewJob {
  /** Made by the caller, such as with `createIdSource()`. */
  readonly id: string;
  /** Which registered kind does it. */
  readonly kind: string;
  /** While one of the kind with this key is unfinished, no other is added; default: repeats are fine. */
  readonly key?: string;
  /** What the kind needs to know: ids, never secrets. */
  readonly payload: unknown;
  /** When it is due, ms since 1970. */
  readonly dueAt: number;
  /** How often it is tried; default 5. */
  readonly maxAttempts?: number;
  /** The time now, ms since 1970. */
  readonly now: number;
}

/** How often a job is tried unless it says otherwise. */
const MAX_ATTEMPTS = 5;

/**
 * Adds a job to do once the transaction is committed, and never if it is not. Returns whether it was
 * added: not when an unfinished one of the same kind and key is there.
 */
export async function enqueueJob(
  { queries }: Pick<Transaction, "queries">,
  { id, kind, key, payload, dueAt, maxAttempts = MAX_ATTEMPTS, now }: NewJob,
): Promise<boolean> {
  const added = await queries
    .insertInto("jobs")
    .values({
      id,
      kind,
      key: key ?? null,
      payload: toJsonText(payload),
      due_at: dueAt,
      lease: null,
      attempts: 0,
      max_attempts: maxAttempts,
      last_error: null,
      created_at: now,
      finished_at: null,
      outcome: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["kind", "key"]).where("finished_at", "is", null).doNothing(),
    )
    .returning("id")
    .executeTakeFirst();
  return added !== undefined;
}
