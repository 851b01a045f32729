import { emulatorError } from "../errors/index.ts";

/**
 * What a performance test does.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/performancetestconfig
 */
export interface PerformanceTestConfig {
  /** Most requests on their way at a time. */
  readonly maxConcurrentRequests: number;
  readonly totalRequests: number;
  /** Over how long the requests are spread, in milliseconds. */
  readonly totalDuration: number;
  /** How long an answer may take, in milliseconds. */
  readonly responseTimeThreshold: number;
  /** How many of a hundred requests must succeed. */
  readonly successRateThreshold: number;
}

/**
 * Ours: Apple documents no values, only that a result tells them. The counts are those of Apple's
 * examples, the threshold is production's.
 */
export const DEFAULT_PERFORMANCE_TEST_CONFIG: PerformanceTestConfig = {
  maxConcurrentRequests: 10,
  totalRequests: 100,
  totalDuration: 60_000,
  responseTimeThreshold: 700,
  successRateThreshold: 95,
};

/** Returns the defaults with `changes`; throws `OPTIONS_INVALID` for what cannot be done. */
export function resolvePerformanceTestConfig(
  changes: Partial<PerformanceTestConfig> = {},
): PerformanceTestConfig {
  const config = { ...DEFAULT_PERFORMANCE_TEST_CONFIG, ...changes };
  const { maxConcurrentRequests, totalRequests, totalDuration } = config;
  const { responseTimeThreshold, successRateThreshold } = config;
  const isPossible =
    isPositiveInteger(maxConcurrentRequests) &&
    isPositiveInteger(totalRequests) &&
    Number.isInteger(totalDuration) &&
    totalDuration >= 0 &&
    isPositiveInteger(responseTimeThreshold) &&
    successRateThreshold >= 0 &&
    successRateThreshold <= 100;
  if (!isPossible) {
    throw emulatorError(
      "OPTIONS_INVALID",
      "expected positive integers in performanceTest, and successRateThreshold from 0 to 100",
    );
  }
  return config;
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
