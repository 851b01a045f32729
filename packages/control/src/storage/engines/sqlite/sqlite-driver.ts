import type { CompiledQuery, Driver, QueryResult } from "kysely";
import { checkParameters } from "../../parameter-rules.ts";
import { toSafeInteger } from "../../safe-integer.ts";
import { storageError } from "../../storage-error.ts";
import type { SqliteFile } from "./sqlite-file.ts";
import type { RowsConnection } from "./sqlite-adapter.ts";
import { withSqliteErrors } from "./sqlite-errors.ts";

/**
 * Returns Kysely's way to one SQLite connection. Beside Kysely's own driver it reads 64-bit integers
 * exactly, takes the write lock when a transaction begins, and, as PostgreSQL does, keeps nothing of
 * a transaction in which a statement failed.
 */
export function createSqliteDriver(file: SqliteFile): Driver {
  const connection = createConnection(file);
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    async beginTransaction() {
      connection.failed = false;
      withSqliteErrors(() => file.exec("begin immediate"));
    },
    async commitTransaction() {
      if (connection.failed) throw transactionFailed();
      withSqliteErrors(() => file.exec("commit"));
    },
    async rollbackTransaction() {
      connection.failed = false;
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (file.inTransaction) withSqliteErrors(() => file.exec("rollback"));
    },
    releaseConnection: () => Promise.resolve(),
    async destroy() {
      withSqliteErrors(() => file.close());
    },
  };
}

interface SqliteConnection extends RowsConnection {
  /** Whether a statement of the open transaction failed. */
  failed: boolean;
}

function createConnection(file: SqliteFile): SqliteConnection {
  return {
    failed: false,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      return guarded(file, this, () => run<Row>(file, query));
    },
    runEach(text, parameters) {
      return guarded(file, this, () => {
        const statement = file.prepare(text);
        return parameters.map((values) => statement.run(...checkParameters(values)).changes > 0);
      });
    },
    readEach(text, parameters) {
      return guarded(file, this, () => {
        const statement = file.prepare(text).safeIntegers();
        return parameters.flatMap((values) => rowsOf(statement.all(...checkParameters(values))));
      });
    },
    // oxlint-disable-next-line require-yield -- the interface asks for a generator; nothing streams
    async *streamQuery() {
      throw storageError("DATABASE_FAILED", "queries are not streamed; read them in pages");
    },
  };
}

/** Runs statements; one that fails inside a transaction is the transaction's end. */
function guarded<T>(file: SqliteFile, connection: SqliteConnection, act: () => T): T {
  if (connection.failed) throw transactionFailed();
  const { inTransaction } = file;
  try {
    return withSqliteErrors(act);
  } catch (error) {
    connection.failed = inTransaction;
    throw error;
  }
}

function run<Row>(file: SqliteFile, query: CompiledQuery): QueryResult<Row> {
  const statement = file.prepare(query.sql).safeIntegers();
  const parameters = checkParameters(query.parameters);
  if (!statement.reader) {
    const { changes } = statement.run(...parameters);
    return { numAffectedRows: BigInt(changes), rows: [] };
  }
  // The query's builder knows the row's type; SQLite does not.
  return { rows: rowsOf(statement.all(...parameters)) as Row[] };
}

function rowsOf(rows: readonly unknown[]): Readonly<Record<string, unknown>>[] {
  for (const row of rows) readIntegers(row);
  // A row is an object with a member for each column.
  return rows as Readonly<Record<string, unknown>>[];
}

/** Integers come as bigint, which tells them from doubles and loses nothing. */
function readIntegers(row: unknown): void {
  // A row is a plain object this driver just got and nobody else has.
  const columns = row as Record<string, unknown>;
  for (const name of Object.keys(columns)) {
    const value = columns[name];
    if (typeof value === "bigint") columns[name] = toSafeInteger(value);
  }
}

function transactionFailed(): Error {
  return storageError(
    "DATABASE_TRANSACTION",
    "a statement of this transaction failed before; nothing of it is kept, so let its error end it",
  );
}
