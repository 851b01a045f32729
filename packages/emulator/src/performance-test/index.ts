export {
  DEFAULT_PERFORMANCE_TEST_CONFIG,
  resolvePerformanceTestConfig,
} from "./performance-test-config.ts";
export type { PerformanceTestOutcome, PerformanceTestResult } from "./performance-test-run.ts";
export {
  createPerformanceTests,
  type PerformanceTests,
  type StartedPerformanceTest,
  type StartPerformanceTestOptions,
} from "./performance-tests.ts";
