import * as fc from "fast-check";
import { expect, test } from "vitest";
import { summarizeLatency } from "./latency.ts";

test("summarizeLatency() takes the nearest rank, in any order", () => {
  const latencies = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(summarizeLatency(latencies)).toEqual({
    requests: 100,
    average: 50.5,
    p50: 50,
    p90: 90,
    p95: 95,
    p99: 99,
    max: 100,
  });
  expect(summarizeLatency([7.26])).toMatchObject({ average: 7.3, p50: 7.3, p99: 7.3, max: 7.3 });
  expect(summarizeLatency([])).toBeUndefined();
});

test("summarizeLatency() rises from percentile to percentile", () => {
  const latency = fc.double({ min: 0, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1 }), (latencies) => {
      const { p50, p90, p95, p99, max } = summarizeLatency(latencies) ?? {};
      expect([p50, p90, p95, p99, max]).toEqual(
        [p50, p90, p95, p99, max].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
      );
    }),
  );
});
