import type { PerformanceTestConfig } from "@holdfast/appstore/retention-messaging";
import type { JsonText } from "../storage/json-text.ts";
import type { PerformanceTestFindings } from "./performance-test.ts";

/** Performance tests that were begun from here. */
export interface PerformanceTestsTable {
  readonly app: string;
  /** As Apple gave it. */
  readonly request_id: string;
  /** Of the tested subscription. */
  readonly pseudonym: string;
  readonly started_at: number;
  readonly started_by: string;
  readonly config: JsonText<PerformanceTestConfig>;
  /** Apple's word: `PENDING`, `PASS`, `FAIL`. */
  readonly result: string;
  /** What Apple told beside the result. */
  readonly findings: JsonText<PerformanceTestFindings>;
  /** When Apple last answered; null before. */
  readonly read_at: number | null;
  /** When Apple is asked next; null when it is not asked any more. */
  readonly next_ask_at: number | null;
}
