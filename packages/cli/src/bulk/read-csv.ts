import { UsageError } from "@holdfast/appstore/errors";
import { CsvError, parse } from "csv-parse/sync";

/** A CSV file with a header line. */
export interface CsvFile {
  /** The columns as they are written. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly records: readonly CsvRecord[];
}

/** One record of a {@link CsvFile}. */
export interface CsvRecord {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What separates columns, as spreadsheets of different countries write it. */
const DELIMITERS = [",", ";", "\t"];

/**
 * Reads CSV as spreadsheets write it: with or without a byte order mark, any line ends, columns
 * separated by commas, semicolons or tabs, line breaks inside quotes.
 *
 * @param file - for the error
 * @throws UsageError `CSV_MALFORMED`
 */
export function readCsv(text: string, file: string): CsvFile {
  const plain = text.replace(/^\u{FEFF}/u, "").replaceAll(/\r\n?/g, "\n");
  const delimiter = delimiterOf(plain);
  const [header, ...records] = parseRecords(plain, delimiter, file);
  if (header === undefined) {
    throw new UsageError("CSV_MALFORMED", `${file}: expected a first line with the columns' names`);
  }
  const columns = header.cells.map((name) => name.trim());
  for (const { line, cells } of records) {
    if (cells.length === columns.length) continue;
    const message = `expected ${columns.length} columns as in the first line, got ${cells.length}`;
    throw new UsageError("CSV_MALFORMED", `${file}:${line}: ${message}; put quotes around texts`);
  }
  return { columns, delimiter, records };
}

function delimiterOf(text: string): string {
  const [first = ""] = text.trimStart().split("\n");
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function parseRecords(text: string, delimiter: string, file: string): readonly CsvRecord[] {
  try {
    // With `info` and `raw` each record comes in this shape; the library's types know only columns.
    const parsed = parse(text, {
      delimiter,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: "\n",
    }) as unknown as readonly ParsedRecord[];
    return parsed.map(({ record, raw, info }) => ({
      line: info.lines - lineBreaksIn(raw.trim()),
      cells: record,
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const lines: unknown = cause["lines"];
    const place = typeof lines === "number" ? `:${lines}` : "";
    throw new UsageError("CSV_MALFORMED", `${file}${place}: a quote is missing or out of place`, {
      cause,
    });
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

function lineBreaksIn(text: string): number {
  return text.split("\n").length - 1;
}
