import { describe, expect, test } from "vitest";
import { catchError } from "../testing/catch-error.ts";
import { addPeriod, countPeriods } from "./iso-period.ts";

function at(date: string): number {
  return Date.parse(`${date}T10:30:00Z`);
}

describe("addPeriod()", () => {
  test.each([
    ["2026-01-15", "P1M", 1, "2026-02-15"],
    ["2026-01-31", "P1M", 1, "2026-02-28"],
    ["2024-02-29", "P1Y", 1, "2025-02-28"],
    ["2026-12-31", "P2M", 1, "2027-02-28"],
    ["2026-03-31", "P1M", -1, "2026-02-28"],
    ["2026-01-15", "P1M", 3, "2026-04-15"],
    ["2026-01-15", "P2W", 1, "2026-01-29"],
    ["2026-01-15", "P3D", -5, "2025-12-31"],
    ["2026-01-15", "P12M", 1, "2027-01-15"],
  ])("moves %s by %s times %i to %s", (from, period, times, to) => {
    expect(new Date(addPeriod(at(from), period, times)).toISOString()).toBe(
      new Date(at(to)).toISOString(),
    );
  });

  test.each(["", "1M", "P0M", "PT1H", "P1M2D", "P100D", "p1m"])(
    "throws OPTIONS_INVALID for %j",
    async (period) => {
      expect(await catchError(() => addPeriod(0, period))).toMatchObject({
        code: "OPTIONS_INVALID",
      });
    },
  );
});

describe("countPeriods()", () => {
  test.each([
    ["P3M", "P1M", 3],
    ["P1Y", "P1M", 12],
    ["P1Y", "P3M", 4],
    ["P1M", "P1W", 4],
    ["P1W", "P1M", 1],
  ])("fits %s by %s %i times", (whole, part, times) => {
    expect(countPeriods(whole, part)).toBe(times);
  });
});
