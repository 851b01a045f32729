import type { CaseResult } from "@holdfast/flow/cases";
import type { EvaluationTrace, FlowEnvironment } from "@holdfast/flow/evaluate";
import { formatCaseFailure } from "@holdfast/flow/cases";
import type { JunitCase, JunitSuite } from "./junit.ts";
import { columns } from "./output.ts";
import type { Style } from "./style.ts";

/** The cases of one environment, run. */
export interface Suite {
  readonly environment: FlowEnvironment;
  readonly results: readonly CaseResult[];
}

/** All suites for machines. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly object[];
}

/** Sums suites up; a case that ran is there once for each environment. */
export function suiteResultOf(suites: readonly Suite[]): SuiteResult {
  const all = suites.flatMap(({ environment, results }) =>
    results.map((result) => ({ environment, ...result })),
  );
  const count = (wanted: CaseResult["status"]) =>
    all.filter(({ status }) => status === wanted).length;
  return {
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    cases: all.map(({ name, environment, status, file, line, differences }) => ({
      name,
      environment,
      status,
      file,
      line,
      differences,
    })),
  };
}

/** Renders suites for people; a failure with what was expected, what came, and why. */
export function renderSuites(suites: readonly Suite[], style: Style): readonly string[] {
  const { passed, failed, cases } = suiteResultOf(suites);
  const lines = suites.flatMap(({ environment, results }) => [
    style.bold(environment),
    ...results.flatMap((result) => renderResult(result, style)),
    "",
  ]);
  if (cases.length === 0) return ["no cases"];
  const sum = [`${passed} passed`, ...(failed === 0 ? [] : [`${failed} failed`])].join(", ");
  return [...lines, failed === 0 ? style.green(sum) : style.red(sum)];
}

function renderResult(result: CaseResult, style: Style): readonly string[] {
  const { name, status, differences } = result;
  if (status === "skipped") return [];
  if (status === "passed") return [`  ${style.green("✓")} ${name}`];
  const rows = differences.map(({ field, expected, actual }) => [
    `      ${field}`,
    style.green(`expected ${expected}`),
    style.red(`got ${actual}`),
  ]);
  return [
    `  ${style.red("✗")} ${name} ${style.dim(placeOf(result))}`,
    ...columns(rows),
    ...(result.trace === undefined ? [] : whyOf(result.trace).map((line) => style.dim(line))),
  ];
}

function placeOf({ file, line }: CaseResult): string {
  return [file, line].filter((part) => part !== undefined).join(":");
}

/** One line for each rule that was looked at. */
function whyOf({ rules }: EvaluationTrace): readonly string[] {
  return rules.flatMap(({ rule, result, failedAt }) => {
    if (result === "held") return [`      ${rule} held`];
    return result === "notHeld" ? [`      ${rule} did not hold: ${failedAt ?? ""}`] : [];
  });
}

/** Returns suites as JUnit suites. */
export function junitSuitesOf(suites: readonly Suite[]): readonly JunitSuite[] {
  return suites.map(({ environment, results }) => ({
    name: `flow ${environment}`,
    cases: results.map((result) => ({
      classname: `flow.${environment}`,
      name: result.name,
      file: result.file,
      line: result.line,
      outcome: junitOutcomeOf(result),
    })),
  }));
}

function junitOutcomeOf(result: CaseResult): JunitCase["outcome"] {
  const { status, differences } = result;
  if (status !== "failed") return status;
  const message = differences
    .map(({ field, expected, actual }) => `${field}: expected ${expected}, got ${actual}`)
    .join("; ");
  return { message, text: formatCaseFailure(result) };
}
