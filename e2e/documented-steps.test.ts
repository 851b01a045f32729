import { describe, expect, test } from "vitest";
import { completeFrom, matchesShown, readSteps } from "./documented-steps.ts";

const PAGE = `
First:

\`\`\`sh
cd ~
\`\`\`

**Terminal 1** is yours, **Terminal 2** the server's.

\`\`\`sh
serve \\
  --port 0
\`\`\`

\`\`\`text
up
\`\`\`

Back in **Terminal 1**:

\`\`\`sh
ask
ask again
\`\`\`

Something else.

\`\`\`text
no output of these
\`\`\`
`;

test("readSteps() returns commands with their terminal, and what is shown right behind them", () => {
  expect(readSteps(PAGE)).toEqual([
    { terminal: "", commands: ["cd ~"] },
    { terminal: "2", commands: ["serve    --port 0"], output: "up\n" },
    { terminal: "1", commands: ["ask", "ask again"] },
  ]);
});

describe("matchesShown()", () => {
  test.each([
    ["the same", "a\nb\n", "a\nb\n"],
    ["… within a line", "200 in … ms (ok)\n", "200 in 3.1 ms (ok)\n"],
    ["… for lines", "a\n…\nd\n", "a\nb\nc\nd\n"],
    ["… for no line", "a\n…\nd\n", "a\nd\n"],
    ["… at both ends", "…\nb\n…\n", "a\nb\nc\n"],
  ])("takes %s", (_, shown, written) => {
    expect(matchesShown(shown, written)).toBe(true);
  });

  test.each([
    ["another line", "a\nb\n", "a\nc\n"],
    ["a line too many", "a\n", "a\nb\n"],
    ["a line too few", "a\nb\n", "a\n"],
    ["another order", "…\na\n…\nb\n…\n", "b\na\n"],
    ["lines for what is within one", "a … b\n", "a\nb\n"],
    ["other letters for what looks like a pattern", "a.c (x)\n", "abc (x)\n"],
  ])("refuses %s", (_, shown, written) => {
    expect(matchesShown(shown, written)).toBe(false);
  });
});

describe("completeFrom()", () => {
  test("puts what was shown in the place of …", () => {
    const before = "run: setup 'http://localhost/setup#a-code'\n";
    expect(completeFrom(before, "setup 'http://localhost/setup#…' --name Ada")).toBe(
      "setup 'http://localhost/setup#a-code' --name Ada",
    );
  });

  test("throws where nothing was shown that begins so", () => {
    expect(() => completeFrom("", "setup 'http://localhost/setup#…'")).toThrow("nothing shown");
  });
});
