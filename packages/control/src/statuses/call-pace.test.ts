import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCallPace } from "./call-pace.ts";
import { createRateMeter } from "./rate-meter.ts";

const NEVER = new AbortController().signal;

test("createCallPace() lets no second see more calls than its rate, and one, wherever it begins", async () => {
  const pauses = fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 60 });
  const rates = fc.constantFrom(0.5, 2.5, 7, 25);
  await fc.assert(
    fc.asyncProperty(rates, pauses, async (perSecond, waits) => {
      let now = 1_000_000;
      const calls: number[] = [];
      const pace = createCallPace(perSecond, {
        now: () => now,
        random: () => 0,
        wait: (milliseconds) => {
          now += milliseconds;
          return Promise.resolve();
        },
      });
      for (const pause of waits) {
        now += pause;
        await pace.take(NEVER);
        calls.push(now);
      }
      for (const from of calls) {
        const within = calls.filter((at) => at >= from && at < from + 10_000);
        // Ten seconds' worth, and the one second that may come at once after a pause.
        expect(within.length).toBeLessThanOrEqual(Math.ceil(perSecond * 11) + 1);
      }
      // As fast as it may: without pauses of ours nothing is waited for longer than an interval.
      expect(now - 1_000_000).toBeLessThanOrEqual(
        waits.reduce((sum, pause) => sum + pause, 0) + (waits.length * 1000) / perSecond,
      );
    }),
  );
});

test("createRateMeter() tells the rate of the last minutes, and begins anew after a pause", () => {
  const meter = createRateMeter();
  let now = 1_000_000;
  expect(meter.rate(now)).toBeUndefined();
  meter.begin(now);
  for (let done = 0; done < 1000; done += 1) meter.count((now += 100));
  expect(meter.rate(now)).toBeCloseTo(10, 0);
  now += 3_600_000;
  meter.begin(now);
  for (let done = 0; done < 100; done += 1) meter.count((now += 500));
  expect(meter.rate(now)).toBeCloseTo(2, 0);
});
