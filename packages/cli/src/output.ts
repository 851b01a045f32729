import { stripVTControlCharacters } from "node:util";
import type { CommandInput, Io } from "./command.ts";

/** What a command has to say: the document for machines, the lines for people. */
export interface Result {
  readonly json: unknown;
  readonly table: () => readonly string[];
  /** For commands that can write it. */
  readonly markdown?: () => readonly string[];
  /** For commands that can write it. */
  readonly csv?: () => readonly string[];
  /** For commands that can write it: lines a POSIX shell evaluates. */
  readonly shell?: () => readonly string[];
}

/** Prints a command's result as it was asked for. */
export function print(
  { options }: Pick<CommandInput, "options">,
  io: Pick<Io, "stdout">,
  result: Result,
): void {
  const { output } = options;
  if (output === "json") {
    io.stdout(`${JSON.stringify(result.json, undefined, options.compactJson ? 0 : 2)}\n`);
    return;
  }
  const lines = (output === "table" ? undefined : result[output]) ?? result.table;
  io.stdout(
    lines()
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/** Lays rows out in columns, two spaces apart; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : padded(cell, widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}

/** Colours take no room. */
function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
