import { expect, test } from "vitest";
import { nextDelayMs } from "./retry-schedule.ts";

const HOUR_MS = 3_600_000;

function total(all: readonly number[] = []): number {
  return all.reduce((sum, delay) => sum + delay, 0);
}

function delays(random: number): readonly number[] {
  const found: number[] = [];
  for (let attempt = 1; attempt < 100; attempt += 1) {
    const delay = nextDelayMs({ attempt, random });
    if (delay === undefined) return found;
    found.push(delay);
  }
  return found;
}

test("nextDelayMs() grows, and ends after about a day", () => {
  const [shortest, middle, longest] = [0, 0.5, 0.999].map(delays);
  expect(middle).toHaveLength(8);
  expect(middle).toEqual(middle?.toSorted((one, other) => one - other));
  expect(total(middle) / HOUR_MS).toBeCloseTo(23.6, 1);
  expect(total(shortest)).toBeLessThan(total(middle));
  expect(total(longest)).toBeGreaterThan(total(middle));
});

test.each([
  [undefined, 5000],
  [1000, 5000],
  [600_000, 600_000],
  [30 * 24 * HOUR_MS, 8 * HOUR_MS],
  [-5, 5000],
])("nextDelayMs() heeds a receiver that wants %s ms, within bounds", (retryAfterMs, expected) => {
  expect(nextDelayMs({ attempt: 1, random: 0.5, retryAfterMs })).toBe(expected);
});
