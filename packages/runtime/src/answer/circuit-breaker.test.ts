import { expect, test } from "vitest";
import { createCircuitBreaker } from "./circuit-breaker.ts";

function breakerAt(clock: { now: number }) {
  return createCircuitBreaker(() => clock.now, { failures: 3, pauseMs: 1000 });
}

test("createCircuitBreaker() opens after the given failures in a row", () => {
  const breaker = breakerAt({ now: 0 });
  breaker.failed();
  breaker.failed();
  expect(breaker.allows()).toBe(true);
  breaker.failed();
  expect(breaker.allows()).toBe(false);
  expect(breaker.state()).toEqual({ isOpen: true, opened: 1 });
});

test("createCircuitBreaker() forgets failures when one succeeds", () => {
  const breaker = breakerAt({ now: 0 });
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  expect(breaker.allows()).toBe(true);
});

test("createCircuitBreaker() lets one probe through per pause, and closes when it succeeds", () => {
  const clock = { now: 0 };
  const breaker = breakerAt(clock);
  for (let failure = 0; failure < 3; failure += 1) breaker.failed();
  clock.now = 1000;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  breaker.failed();
  clock.now = 1999;
  expect(breaker.allows()).toBe(false);
  clock.now = 2000;
  expect(breaker.allows()).toBe(true);
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
  expect(breaker.state()).toEqual({ isOpen: false, opened: 1 });
});
