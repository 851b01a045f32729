import type { Kysely } from "kysely";
import type { Schema } from "../schema/schema.ts";

/** Rows for one table. */
export interface RowsToInsert {
  readonly table: string;
  /** The columns of every row, in the order of its values. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** What makes two rows the same: the columns of a unique index. */
  readonly keys: readonly string[];
}

/**
 * Inserts rows in their order, leaving those out whose key is there; returns for each whether it was
 * inserted.
 */
export type InsertRows = (
  transaction: Kysely<Schema>,
  rows: RowsToInsert,
) => Promise<readonly boolean[]>;

/** What an engine's adapter has, by which a transaction knows its engine. */
export interface InsertsRows {
  readonly insertRows: InsertRows;
}

/** Returns how the engine of a transaction inserts rows. */
export function insertRowsOf(transaction: Kysely<Schema>): InsertRows {
  // Both engines make adapters of their own, which have it.
  const adapter = transaction.getExecutor().adapter as unknown as InsertsRows;
  return (queries, rows) => adapter.insertRows(queries, rows);
}

/** Returns names as both engines quote them. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
}
