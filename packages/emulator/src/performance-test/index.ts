export {
  DEFAULT_PERFORMANCE_TEST_CONFIG,
  type PerformanceTestConfig,
  resolvePerformanceTestConfig,
} from "./performance-test-config.ts";
export type { PerformanceTestOutcome, PerformanceTestResult } from "./performance-test-run.ts";
export {
  createPerformanceTests,
  type StartedPerformanceTest,
  type StartPerformanceTestOptions,
} from "./performance-tests.ts";
export type { ResponseTimes } from "./response-times.ts";
