import type { CaseResult } from "@holdfast/flow/cases";
import { formatCaseFailure } from "@holdfast/flow/cases";
import type { Suite } from "./case-report.ts";

/** Returns the results of cases as JUnit XML, as CI servers read it. */
export function junitXml(suites: readonly Suite[]): string {
  const parts = suites.flatMap(suiteXml);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    ...parts,
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteXml({ environment, results }: Suite): readonly string[] {
  const count = (wanted: CaseResult["status"]) =>
    String(results.filter(({ status }) => status === wanted).length);
  const attributes = attributesXml({
    name: `flow ${environment}`,
    tests: String(results.length),
    failures: count("failed"),
    skipped: count("skipped"),
    errors: "0",
  });
  return [
    `  <testsuite${attributes}>`,
    ...results.flatMap((result) => caseXml(result, environment)),
    "  </testsuite>",
  ];
}

function caseXml(result: CaseResult, environment: string): readonly string[] {
  const { name, file, line, status, differences } = result;
  const attributes = attributesXml({
    classname: `flow.${environment}`,
    name,
    file,
    line: line === undefined ? undefined : String(line),
  });
  if (status === "passed") return [`    <testcase${attributes}/>`];
  if (status === "skipped") return [`    <testcase${attributes}><skipped/></testcase>`];
  const message = differences
    .map(({ field, expected, actual }) => `${field}: expected ${expected}, got ${actual}`)
    .join("; ");
  return [
    `    <testcase${attributes}>`,
    `      <failure${attributesXml({ message })}>${escapeXml(formatCaseFailure(result))}</failure>`,
    "    </testcase>",
  ];
}

function attributesXml(attributes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(value)}"`]))
    .join("");
}

/** What XML 1.0 cannot hold, not even escaped. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/**
 * Escapes text for XML content and attributes alike; characters that XML cannot hold become U+FFFD.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll(FORBIDDEN, "\u{FFFD}")
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}
