import { stringify } from "csv-stringify/sync";
import { guardCell } from "../csv-guard.ts";
import { columns } from "../output.ts";
import type { Result } from "../output.ts";
import { printable } from "../style.ts";

/** A result that is rows. */
export interface Rows {
  /** The document for machines. */
  readonly json: unknown;
  /** What the columns are called, for people. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the columns are called in CSV; default: as for people. */
  readonly fields?: readonly string[];
}

/** Returns rows as a result in every format. */
export function resultOfRows({ json, head, rows, fields = head }: Rows): Result {
  return {
    json,
    table: () => columns([head, ...rows].map((row) => row.map(printable))),
    markdown: () => markdownTable(head, rows),
    csv: () => [stringify([[...fields], ...rows.map((row) => row.map(guardCell))]).trimEnd()],
  };
}

/** Returns the lines of a Markdown table. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map(
    (row) => `| ${row.map(markdownCell).join(" | ")} |`,
  );
}

function markdownCell(text: string): string {
  return printable(text).replaceAll(/[\\|`*_<>[\]]/g, String.raw`\$&`);
}
