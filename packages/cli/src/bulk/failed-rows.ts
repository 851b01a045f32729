import { stringify } from "csv-stringify/sync";
import type { AppleApiError } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { guardCell } from "../csv-guard.ts";
import { writeText } from "../files.ts";
import type { ColumnNames } from "./csv-columns.ts";
import type { BulkOutcome } from "./run-bulk.ts";

/** A row that did not get through. */
export interface FailedRow<Field extends string> {
  readonly row: Readonly<Record<Field, string>>;
  readonly reason: string;
}

/**
 * Writes rows that did not get through as CSV that can be imported again, with why in a last column.
 * Columns that need not be there and are empty are left out. The file is written when there is none, too: an old one would say something else.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeFailedRows<Field extends string>(
  io: Io,
  file: string,
  rows: readonly FailedRow<Field>[],
  { names, required }: ColumnNames<Field>,
): Promise<void> {
  // Object.entries() forgets that the keys are fields.
  const fields = (Object.entries(names) as [Field, string][]).filter(
    ([field]) => required.includes(field) || rows.some(({ row }) => row[field] !== ""),
  );
  const head = [...fields.map(([, name]) => name), "reason"];
  const lines = rows.map(({ row, reason }) => [...fields.map(([field]) => row[field]), reason]);
  await writeText(io, file, stringify([head, ...lines.map((line) => line.map(guardCell))]));
}

/** Says why one of many calls did not get through; empty where it did. */
export function reasonOf(outcome: BulkOutcome<string>): string {
  if ("error" in outcome) return sayFailure(outcome.error);
  return outcome.status === "notTried" ? "not tried" : "";
}

/** Says why a call failed: code, and Apple's number where there is one. */
function sayFailure({ code, errorCode, message }: AppleApiError): string {
  return `${code}${errorCode === undefined ? "" : ` ${errorCode}`}: ${message}`;
}
