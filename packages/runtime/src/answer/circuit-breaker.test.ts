import { expect, test } from "vitest";
import { createCircuitBreaker } from "./circuit-breaker.ts";

function breakerAt(clock: { now: number }) {
  return createCircuitBreaker(() => clock.now, {
    failures: 3,
    pauseMs: 1000,
    longestPauseMs: 3000,
  });
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
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
  expect(breaker.state()).toEqual({ isOpen: false, opened: 1 });
});

test("createCircuitBreaker() doubles its pauses while probes fail, and begins anew when it has closed", () => {
  const clock = { now: 0 };
  const breaker = breakerAt(clock);
  const open = (): void => {
    for (let failure = 0; failure < 3; failure += 1) breaker.failed();
  };
  /** How long it takes until something is let through. */
  const pauseMs = (): number => {
    const beganAt = clock.now;
    while (!breaker.allows()) clock.now += 500;
    return clock.now - beganAt;
  };
  open();
  // Those that were under way when it opened say nothing new.
  clock.now = 500;
  open();
  expect(pauseMs()).toBe(500);
  for (const expected of [2000, 3000, 3000]) {
    breaker.failed();
    expect(pauseMs()).toBe(expected);
  }
  breaker.succeeded();
  open();
  expect(pauseMs()).toBe(1000);
});
