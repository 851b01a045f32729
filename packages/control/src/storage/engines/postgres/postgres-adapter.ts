import { CompiledQuery, PostgresAdapter } from "kysely";
import type { Kysely } from "kysely";
import type { Schema } from "../../schema/schema.ts";
import { quoted } from "../insert-rows.ts";
import type { InsertRows, InsertsRows, RowsToInsert } from "../insert-rows.ts";
import { readStatement, upsertClause } from "../row-statements.ts";
import type { RowStatements } from "../row-statements.ts";
import { binaryArray } from "./binary-array.ts";

/** The types of a table's columns, by their names, as PostgreSQL spells them. */
type ColumnTypes = ReadonlyMap<string, string>;

/** Kysely's adapter, with PostgreSQL's way to write and read many rows. */
export function createPostgresAdapter(): PostgresAdapter & InsertsRows & RowStatements {
  const known = new Map<string, ColumnTypes>();
  const typesOf = async (transaction: Kysely<Schema>, table: string): Promise<ColumnTypes> => {
    const types = known.get(table) ?? (await readColumnTypes(transaction, table));
    known.set(table, types);
    return types;
  };
  const insertRows: InsertRows = async (transaction, { rows, ...into }) => {
    if (rows.length === 0) return [];
    const { columns, keys } = into;
    const { source, parameters } = sourceOf(into, rows, await typesOf(transaction, into.table));
    const places = keys.map((key) => columns.indexOf(key));
    // What all of them have does not tell them apart.
    const telling = places.filter((place) => rows.some((row) => row[place] !== rows[0]?.[place]));
    const returned = quoted(telling.map((place) => columns[place] ?? ""));
    const inserted = await run(
      transaction,
      `${source} on conflict (${quoted(keys)}) do nothing returning ${returned === "" ? "1 as one" : returned}`,
      parameters,
    );
    const names = telling.map((place) => columns[place] ?? "");
    // No text has a NUL, so no two keys are one.
    const keysInserted = new Set(inserted.map((row) => names.map((name) => row[name]).join("\0")));
    return rows.map((row) => keysInserted.has(telling.map((place) => row[place]).join("\0")));
  };
  return Object.assign(new PostgresAdapter(), {
    insertRows,
    upsertRows: (async (transaction, { rows, ...into }) => {
      if (rows.length === 0) return [];
      const types = await typesOf(transaction, into.table);
      const { source, parameters } = sourceOf(into, rows, types);
      const clause = upsertClause({ ...into, rows });
      return run(transaction, `${source} ${clause}`, parameters);
    }) satisfies RowStatements["upsertRows"],
    readRows: ((transaction, wanted) => {
      const statement = readStatement(
        wanted,
        (index) => `$${index}`,
        (column, index) => `${column} = any($${index}::text[])`,
      );
      const [, values] = wanted.among;
      const parameters = wanted.where.map(([, value]): unknown => value);
      return run(transaction, statement, [...parameters, binaryArray("text", values) ?? values]);
    }) satisfies RowStatements["readRows"],
  });
}

async function run(
  transaction: Kysely<Schema>,
  statement: string,
  parameters: readonly unknown[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await transaction.executeQuery<Readonly<Record<string, unknown>>>(
    CompiledQuery.raw(statement, [...parameters]),
  );
  return rows;
}

/** One array a column: a parameter for each value would be parsed and bound one by one. */
function sourceOf(
  { table, columns }: Pick<RowsToInsert, "table" | "columns">,
  rows: RowsToInsert["rows"],
  types: ColumnTypes,
): { readonly source: string; readonly parameters: readonly unknown[] } {
  const typeOf = (column: string): string => types.get(column) ?? "text";
  const arrays = columns.map((column, index) => `$${index + 1}::${typeOf(column)}[]`);
  const parameters = columns.map((column, index) => {
    const values = rows.map((row) => row[index] ?? null);
    return binaryArray(typeOf(column), values) ?? values;
  });
  const source = `insert into ${quoted([table])} (${quoted(columns)}) select * from unnest(${arrays.join(", ")})`;
  return { source, parameters };
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
