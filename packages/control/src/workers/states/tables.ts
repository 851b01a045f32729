import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/**
 * Why a state is to be written: something `changed` that it is made of; so did something of an `account`,
 * whose subscriptions all see it; or it is `gone`.
 */
export type StateMarkKind = "changed" | "account" | "gone";

/**
 * What is to be written, one row each time something changed. Rows are only added, by whoever changes
 * something, and deleted by the one job that writes: nobody waits for anybody here.
 */
export interface WorkerStateMarksTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** In the order of making, nearly: a transaction that lasts longer is seen later. */
  readonly id: string;
  /** A subscription's pseudonym, or an account's hash. */
  readonly owner: string;
  readonly kind: StateMarkKind;
}

/** When states that were written change by themselves, because a period or an attribute is over then. */
export interface WorkerStateTimesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  readonly changes_at: number;
}

/** Where marking those that were there before the namespace was connected has got to. */
export type StateSource = "subscribers" | "histories" | "erasures";

/** How writing stands, of each app and environment; gone with the namespace. */
export interface WorkerStatePlacesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When writing to this namespace began. */
  readonly begun_at: number;
  /** null once all were marked that were there before. */
  readonly fill_from: StateSource | null;
  /** The last one of that source that was marked; the empty text before the first. */
  readonly fill_after: string;
  /** How many states were written or deleted, each as often as it was. */
  readonly written: number;
  readonly last_written_at: number | null;
  /** The code of why the last attempt failed; null where it did not. */
  readonly problem: string | null;
  /** Before that nothing is tried, after a failure. */
  readonly next_at: number;
}
