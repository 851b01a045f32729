import { expect, test } from "vitest";
import { renderIssues, sayCounts } from "./issues.ts";
import { createStyle } from "./style.ts";

const PLAIN = createStyle({ colors: false });
const ISSUE = { code: "WRONG", severity: "error", message: "wrong", path: [] } as const;

test("renderIssues() shows the line an issue is about", () => {
  const issue = { ...ISSUE, file: "flow.yaml", line: 2, column: 3 };
  expect(renderIssues([issue], { style: PLAIN, textOf: () => "a\r\nb: c\r\n" })).toEqual([
    "flow.yaml:2:3 error WRONG",
    "  wrong",
    "  2 | b: c",
    "    |   ^",
  ]);
});

test.each([
  ["has no place", ISSUE, "a"],
  ["is of a file that is not there", { ...ISSUE, file: "x", line: 1, column: 1 }, undefined],
  ["is beyond the end", { ...ISSUE, file: "x", line: 9, column: 1 }, "a"],
  ["is in a very long line", { ...ISSUE, file: "x", line: 1, column: 1 }, "a".repeat(1000)],
])("renderIssues() shows no line when the issue %s", (_, issue, text) => {
  expect(renderIssues([issue], { style: PLAIN, textOf: () => text })).toHaveLength(2);
});

test("renderIssues() replaces control characters", () => {
  const issue = { ...ISSUE, message: "no \u{1B}[2J", file: "x", line: 1, column: 1 };
  const lines = renderIssues([issue], { style: PLAIN, textOf: () => "a\u{7}" });
  expect(lines.slice(1, 3)).toEqual(["  no \u{FFFD}[2J", "  1 | a\u{FFFD}"]);
});

test.each([
  [{ errors: 0, warnings: 0, notes: 0 }, ""],
  [{ errors: 1, warnings: 0, notes: 2 }, "1 error, 2 notes"],
])("sayCounts() says %j as %j", (counts, said) => {
  expect(sayCounts(counts)).toBe(said);
});
