import { UsageError } from "@holdfast/appstore/errors";
import { readCsv } from "../bulk/read-csv.ts";
import { parseInstant } from "../instant.ts";
import type { FileEntry } from "./file-entry.ts";

/** Columns that say who, of which a file has one. */
const ID_COLUMNS: ReadonlySet<string> = new Set([
  "transactionId",
  "originalTransactionId",
  "appAccountToken",
]);

/** Columns that are times of an entry. */
const TIME_COLUMNS: ReadonlySet<string> = new Set(["asOf", "expiresAt"]);

const LIST_SEPARATOR = "|";

/** How a cell of each type is read; undefined where it is none of that type. */
const READERS: Readonly<Record<string, (cell: string) => unknown>> = {
  string: (cell) => cell,
  number: (cell) => numberOf(cell),
  boolean: (cell) => ({ true: true, false: false })[cell.toLowerCase()],
  date: (cell) => instantOf(cell),
  strings: (cell) => cell.split(LIST_SEPARATOR).map((text) => text.trim()),
};

/** What a column of a file means. */
interface Column {
  readonly kind: "id" | "time" | "ttl" | "attribute";
  readonly name: string;
  readonly type: string;
}

/**
 * Reads entries from CSV: a column that says who, perhaps `asOf`, `expiresAt` or `ttlSeconds`, and a column for
 * each attribute, `name` for texts or `name:type`. An empty cell says nothing of its attribute.
 *
 * @throws UsageError `CSV_MALFORMED`, `COLUMN_UNKNOWN`, `CELL_INVALID`
 */
export function csvEntries(text: string, file: string): readonly FileEntry[] {
  const { columns, records } = readCsv(text, file);
  const known = columns.map((column) => columnOf(column, file));
  if (known.filter(({ kind }) => kind === "id").length !== 1) {
    throw new UsageError(
      "COLUMN_UNKNOWN",
      `${file}: expected exactly one of the columns ${[...ID_COLUMNS].join(", ")} in the first line`,
    );
  }
  return records.map(({ line, cells }) => {
    const entry: Record<string, unknown> = {};
    const attributes: Record<string, unknown> = {};
    for (const [index, column] of known.entries()) {
      const cell = (cells[index] ?? "").trim();
      if (cell === "") continue;
      const value = cellOf(cell, column, `${file}:${line}`);
      if (column.kind === "attribute") attributes[column.name] = value;
      else entry[column.name] = value;
    }
    return { line, entry: { ...entry, attributes } };
  });
}

function columnOf(written: string, file: string): Column {
  const name = written.trim();
  if (ID_COLUMNS.has(name)) return { kind: "id", name, type: "string" };
  if (TIME_COLUMNS.has(name)) return { kind: "time", name, type: "date" };
  if (name === "ttlSeconds") return { kind: "ttl", name, type: "number" };
  const [attribute = "", type = "string"] = name.split(":").map((part) => part.trim());
  if (attribute !== "" && Object.hasOwn(READERS, type)) {
    return { kind: "attribute", name: attribute, type };
  }
  throw new UsageError(
    "COLUMN_UNKNOWN",
    `${file}: expected columns like plan_usage:number, with a type of ${Object.keys(READERS).join(", ")}; got ${name}`,
  );
}

function cellOf(cell: string, { name, type }: Column, place: string): unknown {
  const value = READERS[type]?.(cell);
  if (value !== undefined) return value;
  const examples = { number: "12.5", boolean: "true or false", date: "2026-12-01" };
  const example = examples[type as keyof typeof examples] ?? "a text";
  throw new UsageError(
    "CELL_INVALID",
    `${place}: ${name}: expected a ${type} like ${example}; nothing was sent`,
  );
}

function numberOf(cell: string): number | undefined {
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

function instantOf(cell: string): number | undefined {
  if (/^\d{11,16}$/.test(cell)) return Number(cell);
  try {
    return parseInstant(cell, "a date");
  } catch {
    return undefined;
  }
}
