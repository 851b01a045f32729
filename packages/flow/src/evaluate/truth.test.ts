import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { and, FALSE, not, or, TRUE, truthName, UNKNOWN } from "./truth.ts";
import type { Truth } from "./truth.ts";

const truth = fc.constantFrom<Truth>(FALSE, UNKNOWN, TRUE);
const check = (law: (a: Truth, b: Truth, c: Truth) => void) =>
  fc.assert(fc.property(truth, truth, truth, law));

describe("Kleene's logic", () => {
  test("and() and or() are commutative, associative and distributive", () => {
    check((a, b, c) => {
      expect(and(a, b)).toBe(and(b, a));
      expect(or(a, b)).toBe(or(b, a));
      expect(and(a, and(b, c))).toBe(and(and(a, b), c));
      expect(or(a, or(b, c))).toBe(or(or(a, b), c));
      expect(and(a, or(b, c))).toBe(or(and(a, b), and(a, c)));
    });
  });

  test("not() is De Morgan's mirror and its own inverse", () => {
    check((a, b) => {
      expect(not(and(a, b))).toBe(or(not(a), not(b)));
      expect(not(or(a, b))).toBe(and(not(a), not(b)));
      expect(not(not(a))).toBe(a);
    });
  });

  test("unknown stays unknown unless the other side decides", () => {
    expect(not(UNKNOWN)).toBe(UNKNOWN);
    expect(and(UNKNOWN, TRUE)).toBe(UNKNOWN);
    expect(and(UNKNOWN, FALSE)).toBe(FALSE);
    expect(or(UNKNOWN, TRUE)).toBe(TRUE);
    expect(or(UNKNOWN, FALSE)).toBe(UNKNOWN);
  });

  test.each([
    [FALSE, "false"],
    [UNKNOWN, "unknown"],
    [TRUE, "true"],
  ] as const)("truthName(%s) is %s", (value, name) => {
    expect(truthName(value)).toBe(name);
  });
});
