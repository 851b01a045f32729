import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** The days of decisions that were written to an object store. */
export interface DecisionExportsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When the day of the requests begins in UTC, ms since 1970. */
  readonly day: number;
  /**
   * How many decisions the counts of that day had when the last writing of it began: where they have more by now,
   * it is written again. 0 until it was written.
   */
  readonly counted: number;
  /** How often something of that day was erased; and how often it had been when the last writing began. */
  readonly erasures: number;
  readonly erasures_written: number;
  readonly rows: number;
  /** While it is being written: the most there may be. */
  readonly files: number;
  readonly bytes: number;
  /** 0 until it was written. */
  readonly exported_at: number;
}
