import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { createBarrier } from "../testing/barrier.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { MESSAGE, TEST_APP } from "../testing/test-app.ts";
import type { PopulationOptions } from "./population-options.ts";
import type { PopulationEvent } from "./population-event.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;

async function watch(options: Partial<PopulationOptions>, answering = answer) {
  const clock = createManualClock();
  const emulator = await createEmulator({ apps: [TEST_APP], clock, fetch: answering });
  emulator.configureRealtimeUrl(SANDBOX, "https://retention.example.com/");
  const events: PopulationEvent[] = [];
  for await (const event of emulator.runPopulation({ ...SANDBOX, ...options })) events.push(event);
  return { clock, emulator, events };
}

async function answer(): Promise<Response> {
  await Promise.resolve();
  return Response.json({ message: { messageIdentifier: MESSAGE.plain } });
}

const typesOf = (events: readonly PopulationEvent[]) => events.map(({ type }) => type);
const whoOf = (events: readonly PopulationEvent[]) =>
  events.map((event) =>
    "view" in event ? `${event.type} ${event.view.subscriber.originalTransactionId}` : event.type,
  );

describe("runPopulation()", () => {
  test("opens many pages, taps on some, and each tap follows its view", async () => {
    const { events, emulator } = await watch({ views: 200, maxConcurrent: 1 });
    const taps = typesOf(events).filter((type) => type === "tap").length;
    expect(typesOf(events).filter((type) => type === "view")).toHaveLength(200);
    expect(taps).toBeGreaterThan(30);
    expect(taps).toBeLessThan(100);
    expect(emulator.counts()).toMatchObject({ views: 200, requests: 200, accepted: 200 });
    const unfollowing = events.filter((event, index) => {
      const before = events[index - 1];
      return event.type === "tap" && !(before?.type === "view" && before.view === event.view);
    });
    expect(unfollowing).toEqual([]);
  });

  test("does the same for the same seed, and something else for another", async () => {
    const options = { views: 30, maxConcurrent: 1 };
    const [one, two, other] = [
      await watch({ ...options, seed: 7 }),
      await watch({ ...options, seed: 7 }),
      await watch({ ...options, seed: 8 }),
    ];
    expect(whoOf(two.events)).toEqual(whoOf(one.events));
    expect(whoOf(other.events)).not.toEqual(whoOf(one.events));
  });

  test.each([
    [0, 0],
    [1, 10],
  ])("with the probability %d taps %i times of ten", async (tapProbability, expected) => {
    const { events } = await watch({ views: 10, tapProbability });
    expect(typesOf(events).filter((type) => type === "tap")).toHaveLength(expected);
  });

  test("keeps to its rate", async () => {
    const { clock } = await watch({ views: 11, viewsPerSecond: 4 });
    expect(clock.sleeps.reduce((sum, sleep) => sum + sleep, 0)).toBeGreaterThanOrEqual(2500);
  });

  test("never has more on their way than allowed", async () => {
    const barrier = createBarrier(3);
    await watch({ views: 30, viewsPerSecond: 1e6, maxConcurrent: 3 }, async () => {
      await barrier.pass();
      return answer();
    });
    expect(barrier.most).toBe(3);
  });

  test("stops when aborted, and tells what was on its way", async () => {
    const stop = new AbortController();
    let asked = 0;
    const { events } = await watch(
      { signal: stop.signal, tapProbability: 0, maxConcurrent: 1 },
      async () => {
        asked += 1;
        if (asked === 5) stop.abort();
        return answer();
      },
    );
    expect(asked).toBe(5);
    expect(events).toHaveLength(5);
  });

  test.each<readonly [string, Partial<PopulationOptions>]>([
    ["OPTIONS_INVALID", { viewsPerSecond: 0 }],
    ["OPTIONS_INVALID", { maxConcurrent: 0.5 }],
    ["OPTIONS_INVALID", { tapProbability: 2 }],
    ["APP_UNKNOWN", { app: "nobody" }],
  ])("throws %s for %o", async (code, options) => {
    await expect(watch(options)).rejects.toMatchObject({ code });
  });

  test("throws OPTIONS_INVALID when there is nobody", async () => {
    const emulator = await createEmulator({ apps: [{ ...TEST_APP, subscribers: [] }] });
    await expect(emulator.runPopulation(SANDBOX).next()).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
  });
});
