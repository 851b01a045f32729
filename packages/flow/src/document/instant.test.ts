import { describe, expect, test } from "vitest";
import { parseInstant } from "./instant.ts";

describe("parseInstant()", () => {
  test.each([
    ["2026-12-01", Date.UTC(2026, 11, 1)],
    ["2028-02-29", Date.UTC(2028, 1, 29)],
    ["2026-12-01T10:30Z", Date.UTC(2026, 11, 1, 10, 30)],
    ["2026-12-01T10:30:15.250+02:00", Date.UTC(2026, 11, 1, 8, 30, 15, 250)],
  ])("parseInstant(%s)", (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    "2026-02-29",
    "2026-13-01",
    "2026-12-01T10:30",
    "2026-12-01T25:00Z",
    "tomorrow",
    "",
    "2026-12-1",
    "2026-12-01T10:30:00+99:00",
  ])("parseInstant(%j) is undefined", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
