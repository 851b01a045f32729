import { expect, test } from "vitest";
import { resultOfRows } from "./rows.ts";

const ROWS = {
  json: {},
  head: ["Name", "Is"],
  rows: [
    ["a|b*", "x\u001b[31m"],
    ["c,d", `"q"`],
  ],
};

test("resultOfRows() lays a table out, without what could steer a terminal", () => {
  expect(resultOfRows(ROWS).table()).toEqual(["Name  Is", "a|b*  x\u{FFFD}[31m", `c,d   "q"`]);
});

test("resultOfRows() escapes what Markdown would read", () => {
  expect(resultOfRows(ROWS).markdown?.()).toEqual([
    "| Name | Is |",
    "| --- | --- |",
    String.raw`| a\|b\* | x�\[31m |`,
    `| c,d | "q" |`,
  ]);
});

test("resultOfRows() quotes CSV, and has names for machines there", () => {
  const lines = resultOfRows({ ...ROWS, fields: ["name", "is"] }).csv?.();
  expect(lines?.join("\n")).toBe(`name,is\na|b*,x\u001b[31m\n"c,d","""q"""`);
});

test("resultOfRows() writes CSV in which no spreadsheet calculates", () => {
  const rows = [["=HYPERLINK(1)", "-2"]];
  expect(resultOfRows({ ...ROWS, rows }).csv?.()).toEqual(["Name,Is\n'=HYPERLINK(1),'-2"]);
});
