import { describe, expect, test } from "vitest";
import { parseDurationMs, sayDuration } from "./duration.ts";

describe("parseDurationMs()", () => {
  test.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["1m30s", 90_000],
    ["1.5m", 90_000],
    ["250ms", 250],
    ["45", 45_000],
    [" 2m ", 120_000],
  ])("reads %s", (text, ms) => {
    expect(parseDurationMs(text, "--timeout")).toBe(ms);
  });

  test.each(["", "0", "0s", "-1s", "1d", "s", "1s2", "1e3", "ten", "25h", "NaN"])(
    "refuses %j",
    (text) => {
      expect(() => parseDurationMs(text, "--timeout")).toThrow(/--timeout: expected a duration/);
    },
  );
});

test.each([
  [0, "0s"],
  [400, "0s"],
  [10_000, "10s"],
  [90_000, "1m 30s"],
  [3_600_000, "1h"],
  [3_661_000, "1h 1m 1s"],
])("sayDuration(%i) is %s", (ms, text) => {
  expect(sayDuration(ms)).toBe(text);
});
