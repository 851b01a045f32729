import { expect, test } from "vitest";
import { nextAskAt } from "./next-ask.ts";

const MINUTE_MS = 60_000;

test.each([
  ["20 s later at first", { age: 1, isAnswered: true }, 20_000],
  ["a minute later after ten minutes", { age: 10 * MINUTE_MS, isAnswered: true }, MINUTE_MS],
  ["never again after an hour", { age: 60 * MINUTE_MS, isAnswered: true }, null],
  ["a minute later without an answer", { age: 1, isAnswered: false }, MINUTE_MS],
  ["later hours without an answer", { age: 23 * 60 * MINUTE_MS, isAnswered: false }, MINUTE_MS],
  ["never again after a day without", { age: 24 * 60 * MINUTE_MS, isAnswered: false }, null],
])("nextAskAt() is %s", (_name, { age, isAnswered }, expected) => {
  const now = 1_795_000_000_000;
  const next = nextAskAt({ startedAt: now - age, now, isAnswered });
  expect(next === null ? null : next - now).toBe(expected);
});

test("nextAskAt() is not before Apple's Retry-After", () => {
  expect(nextAskAt({ startedAt: 0, now: 5, isAnswered: false, retryAt: 999_999 })).toBe(999_999);
});
