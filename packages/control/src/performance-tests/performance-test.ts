import type {
  PerformanceTestConfig,
  PerformanceTestResultResponse,
} from "@holdfast/appstore/retention-messaging";

/** What Apple tells of a test beside its result and its config. */
export type PerformanceTestFindings = Pick<
  PerformanceTestResultResponse,
  "target" | "successRate" | "numPending" | "responseTimes" | "failures"
>;

/** A performance test that was begun from here. */
export interface PerformanceTest {
  readonly app: string;
  /** As Apple gave it. */
  readonly requestId: string;
  /** Of the tested subscription. */
  readonly pseudonym: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly startedBy: string;
  readonly config: PerformanceTestConfig;
  /** `PENDING`, `PASS` or `FAIL`, as Apple spells them; it may add others. */
  readonly result: string;
  readonly findings: PerformanceTestFindings;
  /** When Apple last answered; null before. */
  readonly readAt: number | null;
  /** When Apple is asked next; null when it is not asked any more. */
  readonly nextAskAt: number | null;
}

/** Tells whether a result is the last one; Apple may add ways to end. */
export function hasEnded(result: string): boolean {
  return result.toUpperCase() !== "PENDING";
}

/** What performance tests that ended are announced under; the change's subject is the request id. */
export const PERFORMANCE_TEST_TOPIC = "performance-test.finished";
