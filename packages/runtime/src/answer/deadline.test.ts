import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeadlinePassed, startDeadline, startUntimedDeadline } from "./deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("startDeadline() passes a result through that is there in time", async () => {
  const deadline = startDeadline(100, () => performance.now());
  await expect(deadline.before(Promise.resolve("in time"))).resolves.toBe("in time");
  deadline.end();
});

test("startDeadline() rejects what is late, and everything after it", async () => {
  const deadline = startDeadline(100, () => performance.now());
  const late = deadline.before(new Promise(() => undefined)).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  expect(await late).toBeInstanceOf(DeadlinePassed);
  expect(deadline.remainingMs()).toBeLessThanOrEqual(0);
  await expect(deadline.before(new Promise(() => undefined))).rejects.toBeInstanceOf(
    DeadlinePassed,
  );
});

test("startDeadline() starts no timer until something is waited for, and lets go of it at the end", async () => {
  const deadline = startDeadline(100, () => performance.now());
  expect(vi.getTimerCount()).toBe(0);
  await deadline.before(Promise.resolve());
  expect(vi.getTimerCount()).toBe(1);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
});

test("startUntimedDeadline() counts the time down and starts no timer", async () => {
  const deadline = startUntimedDeadline(100, () => performance.now());
  await expect(deadline.before(Promise.resolve("done"))).resolves.toBe("done");
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(101);
  expect(deadline.remainingMs()).toBe(-1);
});
