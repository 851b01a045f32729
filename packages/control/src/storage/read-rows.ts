import type { Kysely, Selectable } from "kysely";
import type { Queries } from "./database.ts";
import { rowStatementsOf } from "./engines/row-statements.ts";
import type { Schema, TableName } from "./schema/schema.ts";

type ColumnOf<T extends TableName> = keyof Selectable<Schema[T]> & string;

/** Which rows to read. */
export interface WantedRows<T extends TableName, Column extends ColumnOf<T>> {
  readonly table: T;
  readonly columns: readonly Column[];
  /** What all of them have; none of it null. */
  readonly where: { readonly [Name in ColumnOf<T>]?: string | number };
  /** A column of text. */
  readonly by: ColumnOf<T>;
  /** The values of it that are wanted, any number; one that comes twice counts once. */
  readonly values: Iterable<string>;
}

/** Values of one statement. */
const AT_ONCE = 5000;

/**
 * Returns the rows that have one of many values in a column, in no order. With a thousand values it costs a
 * fraction of what `in` does, which has a parameter for each.
 */
export async function readRows<T extends TableName, Column extends ColumnOf<T>>(
  queries: Queries,
  { table, columns, where, by, values }: WantedRows<T, Column>,
): Promise<readonly Pick<Selectable<Schema[T]>, Column>[]> {
  const wanted = [...new Set(values)];
  // Queries are Kysely's; the type only keeps the rest of it from features.
  const kysely = queries as unknown as Kysely<Schema>;
  const found: Readonly<Record<string, unknown>>[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const rows = await rowStatementsOf(kysely).readRows(kysely, {
      table,
      columns,
      // Only columns that were named are there.
      where: Object.entries(where) as readonly (readonly [string, string | number])[],
      among: [by, wanted.slice(from, from + AT_ONCE)],
    });
    found.push(...rows);
  }
  // The columns that were asked for are in each row, as the schema says.
  return found as unknown as readonly Pick<Selectable<Schema[T]>, Column>[];
}
