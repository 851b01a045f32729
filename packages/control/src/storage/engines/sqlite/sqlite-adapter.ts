import { SqliteAdapter } from "kysely";
import type { DatabaseConnection, Kysely } from "kysely";
import type { Schema } from "../../schema/schema.ts";
import { quoted } from "../insert-rows.ts";
import type { InsertRows, InsertsRows, RowsToInsert } from "../insert-rows.ts";
import { readStatement, upsertClause } from "../row-statements.ts";
import type { RowStatements } from "../row-statements.ts";

/** The connection, with what Kysely's interface has no word for. */
export interface RowsConnection extends DatabaseConnection {
  /** Runs one statement for each list of parameters; returns for each whether it changed a row. */
  runEach(statement: string, parameters: readonly (readonly unknown[])[]): readonly boolean[];
  /** Runs one statement for each list of parameters; returns the rows of all. */
  readEach(
    statement: string,
    parameters: readonly (readonly unknown[])[],
  ): readonly Readonly<Record<string, unknown>>[];
}

/** Kysely's adapter, with SQLite's way to write and read many rows. */
export function createSqliteAdapter(): SqliteAdapter & InsertsRows & RowStatements {
  return Object.assign(new SqliteAdapter(), { insertRows, upsertRows, readRows });
}

/** One statement, prepared once, a row at a time: there is no way to another process to save. */
const insertRows: InsertRows = (transaction, { rows, ...into }) => {
  const statement = `${insertOf(into)} on conflict (${quoted(into.keys)}) do nothing`;
  return connected(transaction, (connection) => connection.runEach(statement, rows));
};

const upsertRows: RowStatements["upsertRows"] = (transaction, { rows, ...into }) => {
  const statement = `${insertOf(into)} ${upsertClause({ ...into, rows })}`;
  return connected(transaction, (connection) => {
    if (into.returning.length > 0) return connection.readEach(statement, rows);
    connection.runEach(statement, rows);
    return [];
  });
};

const readRows: RowStatements["readRows"] = (transaction, wanted) => {
  const statement = readStatement(
    wanted,
    () => "?",
    // One list, looked up value by value in the index: half of what as many statements cost.
    (column) => `${column} in (select value from json_each(?))`,
  );
  const [, values] = wanted.among;
  const parameters = [...wanted.where.map(([, value]) => value), JSON.stringify(values)];
  return connected(transaction, (connection) => connection.readEach(statement, [parameters]));
};

function connected<T>(
  transaction: Kysely<Schema>,
  act: (connection: RowsConnection) => T,
): Promise<T> {
  return transaction.getExecutor().provideConnection((connection) =>
    // The driver beside this file has no other connections.
    Promise.resolve(act(connection as RowsConnection)),
  );
}

function insertOf({ table, columns }: Pick<RowsToInsert, "table" | "columns">): string {
  const places = columns.map(() => "?").join(", ");
  return `insert into ${quoted([table])} (${quoted(columns)}) values (${places})`;
}
