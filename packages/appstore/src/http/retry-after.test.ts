import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const now = 1_763_715_600_000;

describe("parseRetryAfter()", () => {
  test.each([
    ["UNIX milliseconds, as Apple sends", "1763719200000", 1_763_719_200_000],
    ["UNIX milliseconds of the past", "1763700000000", 1_763_700_000_000],
    ["UNIX seconds", "1763719200", 1_763_719_200_000],
    ["seconds from now", "120", now + 120_000],
    ["no seconds from now", "0", now],
    ["an HTTP date", "Fri, 21 Nov 2025 10:00:00 GMT", Date.UTC(2025, 10, 21, 10)],
    ["space around it", " 120 ", now + 120_000],
  ])("reads %s", (_, header, moment) => {
    expect(parseRetryAfter(header, now)).toBe(moment);
  });

  test.each([null, "", "soon", "-5", "1.5", "1e3", "2025-11-21", "9".repeat(16), "Some day GMT"])(
    "has no moment for %j",
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined();
    },
  );

  test("gives a number or nothing for any text", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const moment = parseRetryAfter(header, now);
        expect(moment === undefined || Number.isFinite(moment)).toBe(true);
      }),
    );
  });
});
