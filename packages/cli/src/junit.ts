/** One thing that was tested, as CI servers show it. */
export interface JunitCase {
  /** Like a class's name, with dots. */
  readonly classname: string;
  readonly name: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly outcome: "passed" | "skipped" | JunitFailure;
}

/** Why a case failed. */
interface JunitFailure {
  /** One line. */
  readonly message: string;
  /** All there is to say. */
  readonly text: string;
}

/** Cases that belong together. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** Returns results as JUnit XML, as CI servers read it. */
export function junitXml(suites: readonly JunitSuite[]): string {
  const parts = suites.flatMap(suiteXml);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    ...parts,
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteXml({ name, cases }: JunitSuite): readonly string[] {
  const attributes = attributesXml({
    name,
    tests: String(cases.length),
    failures: String(cases.filter(({ outcome }) => typeof outcome === "object").length),
    skipped: String(cases.filter(({ outcome }) => outcome === "skipped").length),
    errors: "0",
  });
  return [`  <testsuite${attributes}>`, ...cases.flatMap(caseXml), "  </testsuite>"];
}

function caseXml({ classname, name, file, line, outcome }: JunitCase): readonly string[] {
  const attributes = attributesXml({
    classname,
    name,
    file,
    line: line === undefined ? undefined : String(line),
  });
  if (outcome === "passed") return [`    <testcase${attributes}/>`];
  if (outcome === "skipped") return [`    <testcase${attributes}><skipped/></testcase>`];
  const { message, text } = outcome;
  return [
    `    <testcase${attributes}>`,
    `      <failure${attributesXml({ message })}>${escapeXml(text)}</failure>`,
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
