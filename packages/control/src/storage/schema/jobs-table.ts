import type { JsonText } from "../json-text.ts";

/** A piece of work to do once, now or later. */
export interface JobsTable {
  readonly id: string;
  /** Which code does it. */
  readonly kind: string;
  /** At most one unfinished job of a kind has a given key; null where repeats are welcome. */
  readonly key: string | null;
  readonly payload: JsonText<unknown>;
  /** When it may be claimed, in ms: its due time, or while it runs the end of its lease. */
  readonly due_at: number;
  /** Who runs it, as an id made at each claim; null while nobody does. */
  readonly lease: string | null;
  /** How often it was claimed. */
  readonly attempts: number;
  /** When it was last claimed; null before, and of claims by a release that did not write it. */
  readonly claimed_at: number | null;
  readonly max_attempts: number;
  /** The code of the last failure. */
  readonly last_error: string | null;
  readonly created_at: number;
  /** When it was done or given up; null before. */
  readonly finished_at: number | null;
  /** How it ended. */
  readonly outcome: "done" | "failed" | null;
}
