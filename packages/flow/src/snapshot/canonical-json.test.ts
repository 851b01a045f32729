import { UsageError } from "@holdfast/appstore/errors";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonicalJson()", () => {
  test("sorts members by UTF-16 code units, as RFC 8785's example does", () => {
    const object = {
      "\u20ac": 1,
      "\r": 2,
      "\ufb33": 3,
      "1": 4,
      "\u{1f600}": 5,
      "\u0080": 6,
      "\u00f6": 7,
    };
    expect(canonicalJson(object)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test.each([
    [333333333.3333333, "333333333.3333333"],
    [1e30, "1e+30"],
    [4.5, "4.5"],
    [2e-3, "0.002"],
    [1e-27, "1e-27"],
    [-0, "0"],
    ["€$\u000f\nA'B\"\\", '"€$\\u000f\\nA\'B\\"\\\\"'],
    [[true, null, false], "[true,null,false]"],
    [{ b: undefined, a: 1 }, '{"a":1}'],
    [{}, "{}"],
  ])("canonicalJson(%j) is %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([
    [Number.NaN],
    [Infinity],
    [undefined],
    [1n],
    ["\ud800"],
    [{ "\udc00": 1 }],
    [[() => 1]],
  ])("refuses %s", (value) => {
    expect(() => canonicalJson(value)).toThrow(UsageError);
  });

  test("is JSON for the same value, and the same for any order of members", () => {
    const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
      return JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value));
    });
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, member]) => [name, reversed(member)] as const)
          .reverse(),
      );
    };
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});
