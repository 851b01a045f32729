import { setImmediate as otherWork } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createKeyTurns } from "./key-turns.ts";
import type { KeyTurns } from "./key-turns.ts";

/** A clock on which sleeping takes no time, and which says how long each sleep was. */
function createClock() {
  let now = 1_763_715_600_000;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (ms: number) => {
      now += ms;
    },
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}

describe("take()", () => {
  test("lets the first of a key go at once, and the next 1,100 ms after its end", async () => {
    const clock = createClock();
    const turns = createKeyTurns(clock);
    const end = await turns.take(["a", "b"]);
    clock.advance(5000);
    end();
    clock.advance(100);
    (await turns.take(["b", "c"]))();
    expect(clock.sleeps).toEqual([1000]);
    clock.advance(1100);
    await turns.take(["a", "b", "c"]);
    expect(clock.sleeps).toEqual([1000]);
  });

  test("goes in the order of the calls, also past one that was aborted", async () => {
    const turns = createKeyTurns(createClock());
    const order: string[] = [];
    const end = await turns.take(["a"]);
    const controller = new AbortController();
    const aborted = turns.take(["a", "b"], controller.signal).catch(() => order.push("aborted"));
    const third = takeLater(turns, order);
    controller.abort();
    await aborted;
    await otherWork();
    order.push("first");
    end();
    await third;
    expect(order).toEqual(["aborted", "first", "third"]);
  });

  test("waits for no turn of other keys", async () => {
    const turns = createKeyTurns(createClock());
    await turns.take(["a"]);
    await expect(turns.take(["b"])).resolves.toBeTypeOf("function");
  });

  test("waits no longer than 1,100 ms when the clock is set back", async () => {
    const clock = createClock();
    const turns = createKeyTurns(clock);
    (await turns.take(["a"]))();
    clock.advance(-3_600_000);
    await turns.take(["a"]);
    expect(clock.sleeps).toEqual([1100]);
  });
});

async function takeLater(turns: KeyTurns, order: string[]): Promise<void> {
  const end = await turns.take(["a"]);
  order.push("third");
  end();
}
