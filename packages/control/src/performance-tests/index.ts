export { PERFORMANCE_TEST_TOPIC } from "./performance-test.ts";
export type { PerformanceTest } from "./performance-test.ts";
export { createPerformanceTestsFeature } from "./performance-tests-feature.ts";
export type { PerformanceTestsFeatureOptions } from "./performance-tests-feature.ts";
export { performanceTestJob } from "./results-job.ts";
export type { PerformanceTestJobOptions } from "./results-job.ts";
export { findLatestTest } from "./stored-tests.ts";
