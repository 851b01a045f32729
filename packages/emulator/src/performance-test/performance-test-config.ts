import type { PerformanceTestConfig } from "@holdfast/appstore/retention-messaging";
import { emulatorError } from "../errors/index.ts";

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
