/** How long answers took, in milliseconds. */
export interface LatencySummary {
  readonly requests: number;
  readonly average: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Sums latencies up, by the nearest rank; `undefined` when there are none. Rounded to 0.1 ms. */
export function summarizeLatency(latencies: readonly number[]): LatencySummary | undefined {
  if (latencies.length === 0) return undefined;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (percent: number): number =>
    rounded(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0);
  const total = sorted.reduce((sum, latency) => sum + latency, 0);
  return {
    requests: sorted.length,
    average: rounded(total / sorted.length),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    max: at(100),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
