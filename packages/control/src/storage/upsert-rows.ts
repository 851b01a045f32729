import type { Insertable, Kysely, Selectable } from "kysely";
import type { Transaction } from "./database.ts";
import { rowStatementsOf } from "./engines/row-statements.ts";
import type { ColumnChange } from "./engines/row-statements.ts";
import type { Schema, TableName } from "./schema/schema.ts";

type ColumnOf<T extends TableName> = keyof Selectable<Schema[T]> & string;

/** Which rows, what makes two of them the same, and what becomes of those that are there. */
export interface UpsertedRows<T extends TableName, Returned extends ColumnOf<T>> {
  readonly table: T;
  /**
   * Every row with the same columns, and no two with the same key. They are written in this order: of two
   * transactions that write the same rows, both keep to one order, or one of them may fail with DATABASE_BUSY.
   */
  readonly rows: readonly Insertable<Schema[T]>[];
  /** The columns of a unique index or the primary key of the table. */
  readonly keys: readonly ColumnOf<T>[];
  /**
   * What becomes of columns where the row is there: `replace` by the new value, `add` it, or `keep` what is
   * there, which locks the row. At least one; a column that is not named stays as it is.
   */
  readonly changes: { readonly [Column in ColumnOf<T>]?: ColumnChange };
  /** The columns to return of every row as it is afterwards. */
  readonly returning?: readonly Returned[];
}

/** How many values go into one statement at most: PostgreSQL gets them in one message. */
const MAX_VALUES = 30_000;

/**
 * Inserts rows, and changes those whose key is there; returns what was asked for of each, in no order.
 * The rows stay locked until the transaction ends. With a thousand rows at once it costs a fraction of what
 * a built statement does, which has a parameter for each value.
 */
export async function upsertRows<T extends TableName, Returned extends ColumnOf<T> = never>(
  { queries }: Pick<Transaction, "queries">,
  { table, rows, keys, changes, returning = [] }: UpsertedRows<T, Returned>,
): Promise<readonly Pick<Selectable<Schema[T]>, Returned>[]> {
  const columns = Object.keys(rows[0] ?? {});
  const size = Math.max(1, Math.floor(MAX_VALUES / Math.max(1, columns.length)));
  // A transaction's queries are Kysely's; its type only keeps the rest of it from features.
  const transaction = queries as unknown as Kysely<Schema>;
  const into = {
    table,
    columns,
    keys,
    // Only columns that were named are there.
    changes: Object.entries(changes) as readonly (readonly [string, ColumnChange])[],
    returning,
  };
  const returned: Readonly<Record<string, unknown>>[] = [];
  for (let from = 0; from < rows.length; from += size) {
    const values = rows.slice(from, from + size).map((row) => {
      // Kysely knows the types of columns, and nothing in JavaScript their names.
      const record = row as Readonly<Record<string, unknown>>;
      return columns.map((column) => record[column] ?? null);
    });
    const written = await rowStatementsOf(transaction).upsertRows(transaction, {
      ...into,
      rows: values,
    });
    returned.push(...written);
  }
  // The columns that were asked for are in each row, as the schema says.
  return returned as unknown as readonly Pick<Selectable<Schema[T]>, Returned>[];
}
