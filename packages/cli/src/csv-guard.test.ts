import * as fc from "fast-check";
import { expect, test } from "vitest";
import { guardCell, unguardCell } from "./csv-guard.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["＝1", "'＝1"],
  ["'=1", "''=1"],
  ["a=1", "a=1"],
  ["'tis", "'tis"],
  ["", ""],
])("guardCell() writes %j so that no spreadsheet calculates it", (text, cell) => {
  expect(guardCell(text)).toBe(cell);
  expect(unguardCell(cell)).toBe(text);
});

test("unguardCell() takes back what guardCell() did to any text", () => {
  const signs = fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "a", " ");
  fc.assert(
    fc.property(fc.string({ unit: signs, maxLength: 8 }), (text) => {
      expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/);
      expect(unguardCell(guardCell(text))).toBe(text);
    }),
  );
});
