/** How long answers took, in milliseconds, as Apple tells it. */
export interface ResponseTimes {
  readonly average: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/** Returns average and percentiles (nearest rank) of `latenciesMs`; zeros when there are none. */
export function summarizeResponseTimes(latenciesMs: readonly number[]): ResponseTimes {
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
