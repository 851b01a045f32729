import { expect, test } from "vitest";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import { takeTurns } from "./place-turns.ts";
import type { PlaceTurns } from "./place-turns.ts";

/** Places with so many pieces of work each, by their names. */
function placesWith(pieces: Readonly<Record<string, number>>) {
  const left = new Map(Object.entries(pieces));
  const begun: string[] = [];
  const options: PlaceTurns<string> = {
    busy: () => Promise.resolve([...left.keys()]),
    nameOf: (name) => name,
    act: (name) => {
      begun.push(name);
      const count = left.get(name) ?? 0;
      if (count > 1) left.set(name, count - 1);
      else left.delete(name);
      return Promise.resolve(true);
    },
    times: SYSTEM_TIMES,
    forMs: 60_000,
    lookEveryMs: 60_000,
  };
  return { left, begun, options };
}

test("takeTurns() works until nothing is left, and begins with whoever waits longest", async () => {
  const { left, begun, options } = placesWith({ a: 3, b: 3, c: 3, d: 3, e: 3, f: 3 });
  await takeTurns(options);
  expect(left.size).toBe(0);
  expect(begun).toHaveLength(18);
  // Nobody has a second turn before all have had one.
  expect(new Set(begun.slice(0, 6)).size).toBe(6);
});

test("takeTurns() leaves those alone that could do nothing", async () => {
  const { begun, options } = placesWith({ a: 1, b: 2 });
  const act = (name: string): Promise<boolean> => {
    if (name === "b") return options.act(name);
    begun.push(name);
    return Promise.resolve(false);
  };
  await takeTurns({ ...options, act });
  expect(begun.toSorted()).toEqual(["a", "b", "b"]);
});

test("takeTurns() begins none when its time is over, and ends with those that were begun", async () => {
  const { left, begun, options } = placesWith({ a: 9 });
  let now = 0;
  const act = (name: string) => {
    now += 400;
    return options.act(name);
  };
  await takeTurns({ ...options, act, forMs: 1000, times: { ...SYSTEM_TIMES, now: () => now } });
  expect(begun).toEqual(["a", "a", "a"]);
  expect(left.get("a")).toBe(6);
});

test("takeTurns() throws what one threw when all have ended, and begins none after it", async () => {
  const { begun, options } = placesWith({ a: 5, b: 5 });
  const slow = Promise.withResolvers<void>();
  const failing = takeTurns({
    ...options,
    async act(name) {
      begun.push(name);
      if (name === "a") throw new Error("away");
      await slow.promise;
      return true;
    },
  });
  let isOver = false;
  void failing.catch(() => undefined).then(() => (isOver = true));
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  expect(isOver).toBe(false);
  slow.resolve();
  await expect(failing).rejects.toThrow("away");
  expect(begun.toSorted()).toEqual(["a", "b"]);
});

test("takeTurns() ends with those that were begun when the database is away", async () => {
  const { begun, options } = placesWith({ a: 2 });
  let looks = 0;
  const busy = () => {
    looks += 1;
    return looks === 1 ? options.busy() : Promise.reject(new Error("database away"));
  };
  await expect(takeTurns({ ...options, busy })).rejects.toThrow("database away");
  expect(begun).toEqual(["a"]);
});
