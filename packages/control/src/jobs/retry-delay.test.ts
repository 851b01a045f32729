import { expect, test } from "vitest";
import { MAX_RETRY_DELAY_MS, retryDelayMs } from "./retry-delay.ts";

test.each([
  [1, 0, 500],
  [1, 1, 1000],
  [2, 1, 2000],
  [5, 0.5, 12_000],
  [11, 1, MAX_RETRY_DELAY_MS],
  [5000, 0, MAX_RETRY_DELAY_MS / 2],
])("retryDelayMs() after attempt %d with chance %d is %d ms", (attempt, random, expected) => {
  expect(retryDelayMs(attempt, random)).toBe(expected);
});
