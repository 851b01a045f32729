import { expect, test } from "vitest";
import { escapeXml, junitXml } from "./junit.ts";

test("escapeXml() escapes markup and white space, and replaces what XML cannot hold", () => {
  expect(escapeXml(`<a b="c" d='e'> & \u{0}\u{1F600}\n`)).toBe(
    "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt; &amp; \u{FFFD}\u{1F600}&#10;",
  );
  expect(escapeXml("\u{FFFE}\u{D800}x\u{7F}")).toBe("\u{FFFD}\u{FFFD}x\u{7F}");
});

test("junitXml() counts and shows passed, failed and skipped cases", () => {
  const classname = "flow.sandbox";
  const xml = junitXml([
    {
      name: "flow sandbox",
      cases: [
        { classname, name: "good", outcome: "passed" },
        { classname, name: "else", outcome: "skipped" },
        {
          classname,
          name: `bad "one"`,
          file: "flow.test.yaml",
          line: 7,
          outcome: { message: "rule: expected a, got b", text: "all < there is" },
        },
      ],
    },
  ]);
  expect(xml.split("\n")).toEqual([
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    `  <testsuite name="flow sandbox" tests="3" failures="1" skipped="1" errors="0">`,
    `    <testcase classname="flow.sandbox" name="good"/>`,
    `    <testcase classname="flow.sandbox" name="else"><skipped/></testcase>`,
    `    <testcase classname="flow.sandbox" name="bad &quot;one&quot;" file="flow.test.yaml" line="7">`,
    `      <failure message="rule: expected a, got b">all &lt; there is</failure>`,
    "    </testcase>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ]);
});
