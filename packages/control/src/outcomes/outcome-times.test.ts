import { describe, expect, test } from "vitest";
import { windowTimes } from "./outcome-times.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("windowTimes()", () => {
  test.each([HOUR, 24 * HOUR, 720 * HOUR])("is the usual from an hour on: %i ms", (windowMs) => {
    expect(windowTimes(windowMs)).toMatchObject({ settleMs: 15 * MINUTE, slotMs: 10 * MINUTE });
  });

  test("is shorter for the sandbox's short windows, in whole milliseconds", () => {
    expect(windowTimes(MINUTE)).toEqual({ settleMs: 15_000, lookAgainMs: 30_000, slotMs: 10_000 });
    for (const time of Object.values(windowTimes(MINUTE + 1))) {
      expect(Number.isInteger(time)).toBe(true);
    }
  });
});
