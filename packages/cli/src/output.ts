import { stripVTControlCharacters } from "node:util";
import type { CommandInput, Io } from "./command.ts";

/** Prints a command's result: the document for machines, the lines for people. */
export function print(
  { options }: Pick<CommandInput, "options">,
  io: Io,
  result: { readonly json: unknown; readonly table: () => readonly string[] },
): void {
  const text = options.json
    ? `${JSON.stringify(result.json, undefined, 2)}\n`
    : result
        .table()
        .map((line) => `${line}\n`)
        .join("");
  io.stdout(text);
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
