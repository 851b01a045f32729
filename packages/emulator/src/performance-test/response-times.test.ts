import { expect, test } from "vitest";
import { summarizeResponseTimes } from "./response-times.ts";

test.each([
  ["none", [], { average: 0, p50: 0, p90: 0, p95: 0, p99: 0 }],
  ["one", [7], { average: 7, p50: 7, p90: 7, p95: 7, p99: 7 }],
  [
    "a hundred in any order",
    Array.from({ length: 100 }, (_, index) => 100 - index),
    { average: 50.5, p50: 50, p90: 90, p95: 95, p99: 99 },
  ],
])("summarizeResponseTimes() takes the nearest rank of %s", (_what, latencies, expected) => {
  expect(summarizeResponseTimes(latencies)).toEqual(expected);
});
