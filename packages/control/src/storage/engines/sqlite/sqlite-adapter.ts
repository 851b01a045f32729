import { SqliteAdapter } from "kysely";
import type { DatabaseConnection } from "kysely";
import { quoted } from "../insert-rows.ts";
import type { InsertRows, InsertsRows, RowsToInsert } from "../insert-rows.ts";

/** The connection, with what Kysely's interface has no word for. */
export interface RowsConnection extends DatabaseConnection {
  /** Runs one statement for each list of parameters; returns for each whether it changed a row. */
  runEach(statement: string, parameters: readonly (readonly unknown[])[]): readonly boolean[];
}

/** Kysely's adapter, with SQLite's way to insert many rows. */
export function createSqliteAdapter(): SqliteAdapter & InsertsRows {
  return Object.assign(new SqliteAdapter(), { insertRows });
}

/** One statement, prepared once, a row at a time: there is no way to another process to save. */
const insertRows: InsertRows = (transaction, { rows, ...into }) =>
  transaction.getExecutor().provideConnection((connection) =>
    // The driver beside this file has no other connections.
    Promise.resolve((connection as RowsConnection).runEach(statementOf(into), rows)),
  );

function statementOf({ table, columns, keys }: Omit<RowsToInsert, "rows">): string {
  const places = columns.map(() => "?").join(", ");
  return `insert into ${quoted([table])} (${quoted(columns)}) values (${places}) on conflict (${quoted(keys)}) do nothing`;
}
