import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { createHourlyPacer } from "./index.ts";
import type { ApiWait } from "./index.ts";
import { startScriptedServer } from "./testing/answering-server.ts";
import {
  createManualClock,
  createStandingClock,
  createSteppedClock,
} from "./testing/manual-clock.ts";
import { createTestTransport, READ } from "./testing/test-transport.ts";

const HOUR_MS = 3_600_000;

/** The most moments that any hour, its end excluded, holds. */
function mostInAnHour(moments: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [index, moment] of moments.entries()) {
    while (moment - (moments[first] ?? moment) >= HOUR_MS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

describe("createHourlyPacer()", () => {
  test("lets no hour see more than the limit, however the calls come", async () => {
    const limits = fc.integer({ min: 2, max: 120 });
    // Mostly none, at times up to an hour and a half: bursts, steady work and pauses.
    const gaps = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 1.5 * HOUR_MS }) },
      ),
      { minLength: 50, maxLength: 400 },
    );
    await fc.assert(
      fc.asyncProperty(limits, gaps, async (limit, pauses) => {
        const clock = createManualClock();
        const pacer = createHourlyPacer({ clock, limitPerHour: () => limit });
        const moments: number[] = [];
        for (const pause of pauses) {
          clock.advance(pause);
          await pacer.acquire("x");
          moments.push(clock.now());
        }
        expect(mostInAnHour(moments)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test("uses nine tenths of the limit and more in long work", async () => {
    const clock = createManualClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 360 });
    const start = clock.now();
    let calls = 0;
    while (clock.now() < start + HOUR_MS) {
      await pacer.acquire("x");
      calls += 1;
    }
    expect(calls).toBeGreaterThanOrEqual(355);
    expect(calls).toBeLessThanOrEqual(361);
  });

  test("lets a tenth of the limit through at once and then keeps the pace", async () => {
    const clock = createManualClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 360 });
    for (let call = 0; call < 36; call += 1) await pacer.acquire("x");
    expect(clock.sleeps).toEqual([]);
    await pacer.acquire("x");
    expect(clock.sleeps).toEqual([Math.ceil(HOUR_MS / 324)]);
  });

  test("counts each operation for itself", async () => {
    const clock = createManualClock();
    const limits: Readonly<Record<string, number>> = { slow: 2, fast: 1000 };
    const pacer = createHourlyPacer({ clock, limitPerHour: (name) => limits[name] ?? 0 });
    await pacer.acquire("slow");
    for (let call = 0; call < 100; call += 1) await pacer.acquire("fast");
    expect(clock.sleeps).toEqual([]);
  });

  test("keeps the limit, and the order, when many calls wait together", async () => {
    const clock = createSteppedClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 10 });
    const moments: { readonly call: number; readonly at: number }[] = [];
    const calls = Array.from({ length: 40 }, async (_, call) => {
      await pacer.acquire("x");
      moments.push({ call, at: clock.now() });
    });
    await clock.run();
    await Promise.all(calls);
    expect(moments.map(({ call }) => call)).toEqual(calls.map((_, call) => call));
    expect(mostInAnHour(moments.map(({ at }) => at))).toBeLessThanOrEqual(10);
    expect(moments.at(-1)?.at).toBe(clock.now());
  });

  test("counts nothing for a wait that was ended", async () => {
    const clock = createManualClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 2 });
    await pacer.acquire("x");
    const signal = AbortSignal.abort();
    for (let call = 0; call < 5; call += 1) {
      await expect(pacer.acquire("x", { signal })).rejects.toThrow();
    }
    await pacer.acquire("x");
    expect(clock.sleeps).toEqual([HOUR_MS]);
  });

  test("waits no longer than for an empty bucket when the clock was set back", async () => {
    const clock = createManualClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 360 });
    for (let call = 0; call < 40; call += 1) await pacer.acquire("x");
    const before = clock.sleeps.length;
    clock.advance(-24 * HOUR_MS);
    await pacer.acquire("x");
    expect(clock.sleeps.slice(before)).toEqual([Math.ceil(HOUR_MS / 324)]);
  });

  test.each([0, 1, -5, Number.NaN])("refuses a limit of %d", async (limit) => {
    const pacer = createHourlyPacer({ clock: createManualClock(), limitPerHour: () => limit });
    const error = await rejectionOf(pacer.acquire("x"));
    expect(error).toMatchObject({ name: "UsageError", code: "PACER_LIMIT_INVALID" });
  });
});

describe("createApiTransport() with a pacer", () => {
  test("paces every attempt, and tells of the waits", async () => {
    const server = await startScriptedServer({ status: 500 }, { body: {} });
    const waits: ApiWait[] = [];
    const clock = createManualClock();
    const { transport } = createTestTransport({
      baseUrl: server.baseUrl,
      clock,
      pacer: createHourlyPacer({ clock, limitPerHour: () => 2 }),
      onWait: (wait) => waits.push(wait),
    });
    const start = clock.now();
    await transport.send(READ);
    expect(waits).toEqual([
      { operation: "Get Thing", reason: "retry", until: start + 999, attempt: 2 },
      { operation: "Get Thing", reason: "pace", until: start + HOUR_MS, attempt: 2 },
    ]);
  });

  test("ends the wait when the caller does, and has sent nothing", async () => {
    const server = await startScriptedServer({ body: {} });
    const controller = new AbortController();
    const clock = createStandingClock();
    const pacer = createHourlyPacer({ clock, limitPerHour: () => 2 });
    const { transport } = createTestTransport({
      baseUrl: server.baseUrl,
      clock,
      pacer,
      onWait: () => queueMicrotask(() => controller.abort()),
    });
    await transport.send(READ);
    const error = await rejectionOf(transport.send({ ...READ, signal: controller.signal }));
    expect(error).toMatchObject({ code: "REQUEST_ABORTED", effect: "none" });
    expect(server.requests).toHaveLength(1);
  });
});
