import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sliceKeys, slicePairs } from "./slices.ts";
import type { Slice } from "./slices.ts";

const contentOf = (slice: Slice, only?: ReadonlySet<string>): unknown =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(slice.body(only)));

const KEY = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((key) => key !== "." && key !== "..");
const PAIR = fc.record({ key: KEY, value: fc.string({ unit: "binary" }) });

describe("slicePairs()", () => {
  test("keeps the last value of each key, in the order of the keys, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(PAIR, { minLength: 1 }), (pairs) => {
        const latest = new Map(pairs.map(({ key, value }) => [key, value]));
        const slices = slicePairs(pairs);
        expect(slices).toHaveLength(1);
        expect(slices.flatMap((slice) => contentOf(slice))).toEqual(
          // A lone surrogate is no text in UTF-8.
          Array.from(latest, ([key, value]) => ({ key, value: value.toWellFormed() })),
        );
        expect(slices.flatMap(({ keys }) => keys)).toEqual([...latest.keys()]);
      }),
    );
  });

  test("has 10,000 pairs in a slice, and no more", () => {
    const pairs = Array.from({ length: 20_001 }, (_, index) => ({ key: `${index}`, value: "" }));
    const slices = slicePairs(pairs);
    expect(slices.map(({ keys }) => keys.length)).toEqual([10_000, 10_000, 1]);
    expect(slices.flatMap((slice) => contentOf(slice))).toEqual(pairs);
  });

  test("has less than 100 megabytes in a slice, and as many pairs as then fit", () => {
    // As JSON these are 99,999,999 bytes.
    const pairs = ["a", "b", "c", "d"].map((key) => ({ key, value: "v".repeat(19_999_976) }));
    const last = { key: "e", value: "v".repeat(19_999_979) };
    const [first, second] = slicePairs([...pairs, last, { key: "f", value: "" }]);
    expect(first?.keys).toEqual(["a", "b", "c", "d", "e"]);
    expect(first?.body().length).toBe(99_999_999);
    expect(second?.keys).toEqual(["f"]);
    const longer = { key: "e", value: `${last.value}v` };
    expect(slicePairs([...pairs, longer]).map(({ keys }) => keys.length)).toEqual([4, 1]);
  });

  test("gives a part of a slice as JSON", () => {
    const [slice] = slicePairs(["a", "b", "c"].map((key) => ({ key, value: key })));
    expect(slice === undefined ? [] : contentOf(slice, new Set(["a", "c"]))).toEqual([
      { key: "a", value: "a" },
      { key: "c", value: "c" },
    ]);
  });

  test("is nothing for nothing", () => {
    expect(slicePairs([])).toEqual([]);
    expect(sliceKeys([])).toEqual([]);
  });
});

describe("sliceKeys()", () => {
  test("has each key once, 10,000 in a slice", () => {
    const keys = Array.from({ length: 10_001 }, (_, index) => `${index}`);
    const slices = sliceKeys([...keys, ...keys]);
    expect(slices.map((slice) => contentOf(slice))).toEqual([keys.slice(0, 10_000), ["10000"]]);
  });
});
