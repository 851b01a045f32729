import { CompiledQuery, PostgresAdapter } from "kysely";
import type { Kysely } from "kysely";
import type { Schema } from "../../schema/schema.ts";
import { quoted } from "../insert-rows.ts";
import type { InsertRows, InsertsRows, RowsToInsert } from "../insert-rows.ts";

/** The types of a table's columns, by their names, as PostgreSQL spells them. */
type ColumnTypes = ReadonlyMap<string, string>;

/** Kysely's adapter, with PostgreSQL's way to insert many rows. */
export function createPostgresAdapter(): PostgresAdapter & InsertsRows {
  const known = new Map<string, ColumnTypes>();
  const insertRows: InsertRows = async (transaction, { rows, ...into }) => {
    if (rows.length === 0) return [];
    const { table, columns, keys } = into;
    const types = known.get(table) ?? (await readColumnTypes(transaction, table));
    known.set(table, types);
    // One array a column: a parameter for each value would be parsed and bound one by one.
    const arrays = columns.map((_, index) => rows.map((row) => row[index] ?? null));
    const statement = statementOf(into, types);
    const result = await transaction.executeQuery<Readonly<Record<string, unknown>>>(
      CompiledQuery.raw(statement, arrays),
    );
    const inserted = new Set(
      result.rows.map((row) => JSON.stringify(keys.map((key) => String(row[key])))),
    );
    const places = keys.map((key) => columns.indexOf(key));
    return rows.map((row) => inserted.has(JSON.stringify(places.map((at) => String(row[at])))));
  };
  return Object.assign(new PostgresAdapter(), { insertRows });
}

function statementOf(
  { table, columns, keys }: Omit<RowsToInsert, "rows">,
  types: ColumnTypes,
): string {
  const arrays = columns.map((column, index) => `$${index + 1}::${types.get(column) ?? "text"}[]`);
  return `insert into ${quoted([table])} (${quoted(columns)}) select * from unnest(${arrays.join(", ")}) on conflict (${quoted(keys)}) do nothing returning ${quoted(keys)}`;
}

/** So that a value of another type is refused, as a single parameter would be. */
async function readColumnTypes(transaction: Kysely<Schema>, table: string): Promise<ColumnTypes> {
  const { rows } = await transaction.executeQuery<{ readonly name: string; readonly type: string }>(
    CompiledQuery.raw(
      `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [table],
    ),
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}
