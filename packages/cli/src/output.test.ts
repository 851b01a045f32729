import { expect, test } from "vitest";
import { columns } from "./output.ts";

test("columns() aligns cells, whatever colour they have", () => {
  expect(
    columns([
      ["a", "x"],
      ["\u{1B}[31mlonger\u{1B}[39m", "y"],
      ["", "z"],
    ]),
  ).toEqual(["a       x", "\u{1B}[31mlonger\u{1B}[39m  y", "        z"]);
});

test("columns() leaves no space at the end of a line", () => {
  expect(
    columns([
      ["a", ""],
      ["bb", "c"],
    ]),
  ).toEqual(["a", "bb  c"]);
});
