import { expect, test } from "vitest";
import { createTokenBucket } from "./token-bucket.ts";

/** How many tokens there are to take. */
function takeAll(bucket: { take(): boolean }): number {
  let taken = 0;
  while (bucket.take()) taken += 1;
  return taken;
}

test("createTokenBucket() begins with a second's worth and fills again with time", () => {
  const clock = { now: 0 };
  const bucket = createTokenBucket(20, () => clock.now);
  expect(takeAll(bucket)).toBe(20);
  clock.now = 100;
  expect(takeAll(bucket)).toBe(2);
  clock.now = 149;
  expect(takeAll(bucket)).toBe(0);
  clock.now = 150;
  expect(takeAll(bucket)).toBe(1);
});

test("createTokenBucket() never holds more than a second's worth", () => {
  const clock = { now: 0 };
  const bucket = createTokenBucket(5, () => clock.now);
  clock.now = 1e9;
  expect(takeAll(bucket)).toBe(5);
});

test("createTokenBucket() adds nothing when the clock is set back", () => {
  const clock = { now: 10_000 };
  const bucket = createTokenBucket(5, () => clock.now);
  expect(takeAll(bucket)).toBe(5);
  clock.now = 0;
  expect(takeAll(bucket)).toBe(0);
  clock.now = 1000;
  expect(takeAll(bucket)).toBe(5);
});

test.each([
  [0, 0],
  [0.5, 1],
])("createTokenBucket() with %d per second holds %d at once", (perSecond, held) => {
  const clock = { now: 0 };
  const bucket = createTokenBucket(perSecond, () => clock.now);
  expect(takeAll(bucket)).toBe(held);
  clock.now = 1999;
  expect(takeAll(bucket)).toBe(0);
  clock.now = 4000;
  expect(takeAll(bucket)).toBe(held);
});
