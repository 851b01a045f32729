import type { Kysely } from "kysely";
import type { Schema } from "../schema/schema.ts";
import { quoted } from "./insert-rows.ts";
import type { RowsToInsert } from "./insert-rows.ts";

/**
 * What becomes of a column where the row's key is there: the new value, the sum of both, or what it was,
 * which locks the row as any change does.
 */
export type ColumnChange = "replace" | "add" | "keep";

/** Rows for one table, and what becomes of those that are there. */
export interface RowsToUpsert extends RowsToInsert {
  /** At least one column. */
  readonly changes: readonly (readonly [column: string, change: ColumnChange])[];
  /** The columns to return of each row as it is afterwards; none for no rows. */
  readonly returning: readonly string[];
}

/** Rows of one table to read by lists of a column's values. */
export interface RowsToRead {
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns and the value each of the rows has. */
  readonly where: readonly (readonly [column: string, value: string | number])[];
  /** A column of text, and its values, each once. */
  readonly among: readonly [column: string, values: readonly string[]];
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What an engine's adapter has, beside `insertRows`, for many rows at once. */
export interface RowStatements {
  readonly upsertRows: (transaction: Kysely<Schema>, rows: RowsToUpsert) => Promise<Rows>;
  readonly readRows: (transaction: Kysely<Schema>, rows: RowsToRead) => Promise<Rows>;
}

/** Returns how the engine of queries writes and reads many rows. */
export function rowStatementsOf(queries: Kysely<Schema>): RowStatements {
  // Both engines make adapters of their own, which have them.
  return queries.getExecutor().adapter as unknown as RowStatements;
}

/** Returns what follows an insert's values: the same on both engines. */
export function upsertClause({ table, keys, changes, returning }: RowsToUpsert): string {
  const set = changes.map(([column, change]) => {
    const [name, held] = [quoted([column]), `${quoted([table])}.${quoted([column])}`];
    if (change === "replace") return `${name} = excluded.${name}`;
    return change === "keep" ? `${name} = ${held}` : `${name} = ${held} + excluded.${name}`;
  });
  const returned = returning.length === 0 ? "" : ` returning ${quoted(returning)}`;
  return `on conflict (${quoted(keys)}) do update set ${set.join(", ")}${returned}`;
}

/** Returns a statement that reads rows, given how it finds a column among values. */
export function readStatement(
  { table, columns, where, among: [among] }: RowsToRead,
  parameter: (index: number) => string,
  isAmong: (column: string, index: number) => string,
): string {
  const conditions = where.map(
    ([column], index) => `${quoted([column])} = ${parameter(index + 1)}`,
  );
  conditions.push(isAmong(quoted([among]), where.length + 1));
  return `select ${quoted(columns)} from ${quoted([table])} where ${conditions.join(" and ")}`;
}
