import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../random/seeded-random.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import type { KvEntry } from "./kv-limits.ts";
import { createKvNamespace } from "./kv-namespace.ts";

const PROPAGATION = { minMs: 500, maxMs: 30_000 };

const entry = (text: string): KvEntry => ({ value: new Uint8Array(Buffer.from(text)) });
const textOf = (found: KvEntry | undefined) =>
  found === undefined ? undefined : Buffer.from(found.value).toString();

/** A namespace whose writes take a while, and what a location sees of some keys, every half second. */
function watchedNamespace(seed: number) {
  const clock = createManualClock();
  const random = createSeededRandom(seed);
  const namespace = createKvNamespace("id", "title", { clock, random, propagation: PROPAGATION });
  const watch = (keys: readonly string[], location: string) =>
    Array.from({ length: 61 }, () => {
      const seen = keys.map((key) => textOf(namespace.read(key, location)));
      clock.advance(500);
      return seen;
    });
  return { namespace, clock, watch };
}

describe("createKvNamespace()", () => {
  test("shows a write at once to the API, and elsewhere between the least and the longest delay", () => {
    const { namespace, watch } = watchedNamespace(1);
    namespace.write("a", entry("1"));
    expect(textOf(namespace.read("a"))).toBe("1");
    const seen = watch(["a"], "fra").flat();
    expect(seen[0]).toBeUndefined();
    expect(seen.at(-1)).toBe("1");
    const first = seen.indexOf("1");
    expect(seen.slice(first).every((value) => value === "1")).toBe(true);
  });

  test("shows it to each location at a time of its own", () => {
    const first = ["fra", "iad", "syd"].map((location) => {
      const { namespace, watch } = watchedNamespace(location.charCodeAt(0));
      namespace.write("a", entry("1"));
      return watch(["a"], location).flat().indexOf("1");
    });
    expect(new Set(first).size).toBe(3);
  });

  test("shows keys in another order than they were written in", () => {
    const { namespace, clock, watch } = watchedNamespace(3);
    const keys = ["a", "b", "c", "d", "e"];
    for (const key of keys) {
      namespace.write(key, entry("1"));
      clock.advance(1);
    }
    const seen = watch(keys, "fra");
    const order = keys.toSorted(
      (a, b) => firstSeen(seen, keys.indexOf(a)) - firstSeen(seen, keys.indexOf(b)),
    );
    expect(order).not.toEqual(keys);
  });

  test("never shows an older value of a key after a newer one", () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { namespace, clock, watch } = watchedNamespace(seed);
      for (const value of ["1", "2", "3"]) {
        namespace.write("a", entry(value));
        clock.advance(1000);
      }
      const seen = watch(["a"], "fra")
        .flat()
        .map((value) => Number(value ?? 0));
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(3);
    }
  });

  test("forgets no value that somebody may still see, and none that is newest", () => {
    const { namespace, clock } = watchedNamespace(5);
    namespace.write("a", entry("1"));
    clock.advance(40_000);
    namespace.write("a", entry("2"));
    expect(textOf(namespace.read("a", "fra"))).toBe("1");
    clock.advance(40_000);
    namespace.write("a", undefined);
    expect(textOf(namespace.read("a", "fra"))).toBe("2");
    clock.advance(40_000);
    expect(namespace.read("a", "fra")).toBeUndefined();
    expect(namespace.entries().size).toBe(0);
  });
});

function firstSeen(seen: readonly (readonly (string | undefined)[])[], key: number): number {
  return seen.findIndex((values) => values[key] !== undefined);
}
