import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addExposure, COOLDOWN_GRACE_MS, DAY_MS, isCoolingDown } from "./cooldown.ts";

const firstAt = 1_000 * DAY_MS;
const cooldownMs = 180 * DAY_MS;
const history = { count: 1, firstAt, lastAt: firstAt };
const at = (days: number) => firstAt + days * DAY_MS;

describe("isCoolingDown()", () => {
  test.each([
    ["at the first exposure", at(0), false],
    ["just before 24 h", at(1) - 1, false],
    ["at 24 h", at(1), true],
    ["at the last moment", at(181) - 1, true],
    ["when the days are over", at(181), false],
  ])("%s", (_when, now, expected) => {
    expect(isCoolingDown(history, cooldownMs, now)).toBe(expected);
  });

  test("starts at once on a redemption, and lasts from there", () => {
    const redeemed = { ...history, redeemedAt: at(0.1) };
    expect(isCoolingDown(redeemed, cooldownMs, at(0.1))).toBe(true);
    const later = { ...history, redeemedAt: at(100) };
    expect(isCoolingDown(later, cooldownMs, at(279))).toBe(true);
    expect(isCoolingDown(later, cooldownMs, at(280))).toBe(false);
  });

  test("is false without history", () => {
    expect(isCoolingDown(undefined, cooldownMs, at(0))).toBe(false);
  });
});

describe("addExposure()", () => {
  test("starts, continues and renews a cycle", () => {
    const first = addExposure(undefined, at(0), cooldownMs);
    expect(first).toEqual({ count: 1, firstAt: at(0), lastAt: at(0) });
    const second = addExposure(first, at(0.5), cooldownMs);
    expect(second).toEqual({ count: 2, firstAt: at(0), lastAt: at(0.5) });
    const renewed = addExposure(second, at(181), cooldownMs);
    expect(renewed).toEqual({ count: 3, firstAt: at(181), lastAt: at(181) });
  });

  test("never ends a cycle without a cooldown", () => {
    expect(addExposure(history, at(5000), undefined).firstAt).toBe(firstAt);
  });

  test("leaves the rule free for 24 h after each first exposure", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.nat({ max: COOLDOWN_GRACE_MS - 1 }), (days, ms) => {
        const next = addExposure(history, at(181 + days), cooldownMs);
        expect(isCoolingDown(next, cooldownMs, at(181 + days) + ms)).toBe(false);
      }),
    );
  });
});
