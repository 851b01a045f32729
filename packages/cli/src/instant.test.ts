import { expect, test } from "vitest";
import { parseInstant } from "./instant.ts";

test.each([
  ["2026-12-01", Date.UTC(2026, 11, 1)],
  ["2026-12-01T09:30:00Z", Date.UTC(2026, 11, 1, 9, 30)],
  ["2026-12-01T09:30+02:00", Date.UTC(2026, 11, 1, 7, 30)],
  ["2024-02-29", Date.UTC(2024, 1, 29)],
])("parseInstant() reads %s", (text, expected) => {
  expect(parseInstant(text, "--at")).toBe(expected);
});

test.each([
  "",
  "now",
  "2026-02-30",
  "2026-13-01",
  "2026-12-01T09:30:00",
  "01.12.2026",
  "1764547200",
])("parseInstant() refuses %j", (text) => {
  expect(() => parseInstant(text, "--at")).toThrow("--at: expected a date like 2026-12-01");
});
