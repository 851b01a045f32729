import type { PerformanceTestResponseTimes } from "@holdfast/appstore/retention-messaging";

/** Returns average and percentiles (nearest rank) of `latenciesMs`; zeros when there are none. */
export function summarizeResponseTimes(
  latenciesMs: readonly number[],
): PerformanceTestResponseTimes {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, latency) => total + latency, 0);
  const percentile = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  return {
    average: sorted.length === 0 ? 0 : sum / sorted.length,
    p50: percentile(50) ?? 0,
    p90: percentile(90) ?? 0,
    p95: percentile(95) ?? 0,
    p99: percentile(99) ?? 0,
  };
}
