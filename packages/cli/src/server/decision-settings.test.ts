import { describe, expect, test } from "vitest";
import { readDecisionDays } from "./decision-settings.ts";

const read = (text?: string) =>
  readDecisionDays(text === undefined ? {} : { HOLDFAST_DECISION_DAYS: text });

describe("readDecisionDays()", () => {
  test.each([
    [undefined, undefined],
    [" ", undefined],
    ["1", 1],
    [" 400 ", 400],
    ["3650", 3650],
  ])("reads %j", (text, days) => {
    expect(read(text)).toBe(days);
  });

  test.each(["0", "-1", "1.5", "3651", "90d", "99999"])("refuses %j", (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
