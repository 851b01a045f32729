import type { FlowIssue, IssueSeverity } from "@holdfast/flow/document";
import { sayCount } from "./say-count.ts";
import { printable } from "./style.ts";
import type { Style } from "./style.ts";

/** Returns the text of a file that issues point into, by its name there. */
export type TextOfFile = (file: string) => string | undefined;

/** How many of each kind there are. */
export interface IssueCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** Counts issues by severity. */
export function countIssues(issues: readonly FlowIssue[]): IssueCounts {
  const count = (wanted: IssueSeverity) =>
    issues.filter(({ severity }) => severity === wanted).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}

/** Says counts in words: `2 errors, 1 warning`. */
export function sayCounts({ errors, warnings, notes }: IssueCounts): string {
  const parts = [
    [errors, "error"],
    [warnings, "warning"],
    [notes, "note"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => sayCount(count, word))
    .join(", ");
}

/** Renders issues for people: place, code and message, and the line it is about. */
export function renderIssues(
  issues: readonly FlowIssue[],
  { style, textOf }: { readonly style: Style; readonly textOf: TextOfFile },
): readonly string[] {
  const linesOf = createLinesOf(textOf);
  return issues.flatMap((issue, index) => [
    ...(index === 0 ? [] : [""]),
    `${style.bold(printable(placeOf(issue)))} ${severityOf(issue, style)} ${style.dim(issue.code)}`,
    `  ${printable(issue.message)}`,
    ...lineOf(issue, { style, linesOf }),
  ]);
}

function placeOf({ file, line, column }: FlowIssue): string {
  return [file ?? "the flow", line, column].filter((part) => part !== undefined).join(":");
}

function severityOf({ severity }: FlowIssue, style: Style): string {
  if (severity === "error") return style.red(severity);
  return severity === "warning" ? style.yellow(severity) : style.cyan(severity);
}

type LinesOfFile = (file: string) => readonly string[];

/** Splits each file once, however many issues point into it. */
function createLinesOf(textOf: TextOfFile): LinesOfFile {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const lines = known.get(file) ?? textOf(file)?.split(/\r?\n/) ?? [];
    known.set(file, lines);
    return lines;
  };
}

/** Longer lines say nothing at a glance, and may be a whole document in JSON. */
const MAX_SHOWN_LINE = 160;

function lineOf(
  { file, line, column }: FlowIssue,
  { style, linesOf }: { readonly style: Style; readonly linesOf: LinesOfFile },
): readonly string[] {
  if (file === undefined || line === undefined || column === undefined) return [];
  const text = linesOf(file)[line - 1];
  if (text === undefined || text.length > MAX_SHOWN_LINE) return [];
  const gutter = `  ${line} | `;
  const pointer = `${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1)}^`;
  return [style.dim(gutter) + printable(text), style.dim(pointer)];
}
