import { findColumns } from "./csv-columns.ts";
import type { ColumnNames } from "./csv-columns.ts";
import { FIELD_NAMES } from "./message-row.ts";
import type { ReadMessages, RowField } from "./message-row.ts";
import { readCsv } from "./read-csv.ts";

/** What the columns of a file of messages are called. */
export const MESSAGE_COLUMNS: ColumnNames<RowField> = {
  names: FIELD_NAMES,
  required: ["name", "locale", "header", "body"],
};

/**
 * Reads messages from CSV, one text a record.
 *
 * @throws UsageError `CSV_MALFORMED`, `COLUMNS_INVALID`
 */
export function readCsvMessages(text: string, file: string): ReadMessages {
  const csv = readCsv(text, file);
  const read = findColumns(csv, file, MESSAGE_COLUMNS);
  const rows = csv.records.map((record) => Object.assign({ line: record.line }, read(record)));
  return { rows, issues: [] };
}
