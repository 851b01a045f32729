import { UsageError } from "@holdfast/appstore/errors";
import { unguardCell } from "../csv-guard.ts";
import type { CsvFile, CsvRecord } from "./read-csv.ts";

/** Columns we write into files of failed rows; read again, they say nothing. */
const IGNORED: ReadonlySet<string> = new Set(["reason"]);

/** What columns are called, by what they are for. */
export interface ColumnNames<Field extends string> {
  /** The name files have it under; other spellings differ in case, spaces and dashes only. */
  readonly names: Readonly<Record<Field, string>>;
  readonly required: readonly Field[];
}

/** Reads one record by what its columns are for; a column that is missing gives an empty text. */
export type ReadCells<Field extends string> = (
  record: CsvRecord,
) => Readonly<Record<Field, string>>;

/**
 * Finds the columns of a file by its first line, in any order. Texts lose spaces around them.
 *
 * @throws UsageError `COLUMNS_INVALID` with everything that is missing or not known
 */
export function findColumns<Field extends string>(
  { columns }: CsvFile,
  file: string,
  { names, required }: ColumnNames<Field>,
): ReadCells<Field> {
  // Object.entries() forgets that the keys are fields.
  const fields = Object.entries(names) as [Field, string][];
  const placeOf = new Map<Field, number>();
  const unknown: string[] = [];
  for (const [index, column] of columns.entries()) {
    const name = normalized(column);
    const field = fields.find(([, known]) => known === name)?.[0];
    if (field !== undefined && !placeOf.has(field)) placeOf.set(field, index);
    else if (!IGNORED.has(name)) unknown.push(column);
  }
  const missing = required.filter((field) => !placeOf.has(field)).map((field) => names[field]);
  if (missing.length > 0 || unknown.length > 0) {
    const problems = [
      ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`]),
      ...(unknown.length === 0 ? [] : [`not known, or there twice: ${unknown.join(", ")}`]),
    ];
    const known = fields.map(([, name]) => name).join(", ");
    const message = `${file}: columns ${problems.join("; ")}; there are ${known}`;
    throw new UsageError("COLUMNS_INVALID", message);
  }
  // Only our own files of failed rows have quotes that guard; elsewhere a quote is a text's own.
  const isOurs = columns.some((column) => IGNORED.has(normalized(column)));
  return ({ cells }) => {
    const read = fields.map(([field]) => {
      const cell = cells[placeOf.get(field) ?? -1]?.trim() ?? "";
      return [field, isOurs ? unguardCell(cell) : cell];
    });
    // Made of every field.
    return Object.fromEntries(read) as Record<Field, string>;
  };
}

/** `Header Position`, `header-position` and `header_position` are one column. */
function normalized(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
}
