import type { FlowIssue, IssueSeverity } from "@holdfast/flow/document";
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
  const parts = [say(errors, "error"), say(warnings, "warning"), say(notes, "note")];
  return parts.filter((part) => part !== "").join(", ");
}

function say(count: number, word: string): string {
  if (count === 0) return "";
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Renders issues for people: place, code and message, and the line it is about. */
export function renderIssues(
  issues: readonly FlowIssue[],
  { style, textOf }: { readonly style: Style; readonly textOf: TextOfFile },
): readonly string[] {
  return issues.flatMap((issue, index) => [
    ...(index === 0 ? [] : [""]),
    `${style.bold(placeOf(issue))} ${severityOf(issue, style)} ${style.dim(issue.code)}`,
    `  ${printable(issue.message)}`,
    ...lineOf(issue, { style, textOf }),
  ]);
}

function placeOf({ file, line, column }: FlowIssue): string {
  return [file ?? "the flow", line, column].filter((part) => part !== undefined).join(":");
}

function severityOf({ severity }: FlowIssue, style: Style): string {
  if (severity === "error") return style.red(severity);
  return severity === "warning" ? style.yellow(severity) : style.cyan(severity);
}

/** Longer lines say nothing at a glance, and may be a whole document in JSON. */
const MAX_SHOWN_LINE = 160;

function lineOf(
  { file, line, column }: FlowIssue,
  { style, textOf }: { readonly style: Style; readonly textOf: TextOfFile },
): readonly string[] {
  if (file === undefined || line === undefined || column === undefined) return [];
  const text = textOf(file)?.split(/\r?\n/)[line - 1];
  if (text === undefined || text.length > MAX_SHOWN_LINE) return [];
  const gutter = `  ${line} | `;
  const pointer = `${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1)}^`;
  return [style.dim(gutter) + printable(text), style.dim(pointer)];
}
