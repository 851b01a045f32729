import type { Insertable, Kysely } from "kysely";
import type { Transaction } from "./database.ts";
import { insertRowsOf } from "./engines/insert-rows.ts";
import type { Schema, TableName } from "./schema/schema.ts";

/** Which rows, and what makes two of them the same. */
export interface NewRows<T extends TableName> {
  readonly table: T;
  /** Every row with the same columns. */
  readonly rows: readonly Insertable<Schema[T]>[];
  /** The columns of a unique index or the primary key of the table; text or integers, never null. */
  readonly keys: readonly (keyof Insertable<Schema[T]> & string)[];
}

/** How many values go into one statement at most: PostgreSQL gets them in one message. */
const MAX_VALUES = 30_000;

/**
 * Inserts the rows whose key is not there yet and returns exactly those, in their order: what to count
 * in the same transaction. Of rows with the same key the first counts. Over all processes that insert
 * the same key at once, one gets it returned.
 */
export async function insertNew<T extends TableName>(
  { queries }: Pick<Transaction, "queries">,
  { table, rows, keys }: NewRows<T>,
): Promise<readonly Insertable<Schema[T]>[]> {
  const columns = Object.keys(rows[0] ?? {});
  // What all of them have tells no two apart.
  const telling = keys.filter((column) => rows.some((row) => row[column] !== rows[0]?.[column]));
  const candidates = new Map<string, Candidate<Insertable<Schema[T]>>>();
  for (const row of rows) {
    // Kysely knows the types of columns, and nothing in JavaScript their names.
    const record = row as Readonly<Record<string, unknown>>;
    // No text has a NUL, and what stands in a column is of one type.
    const key = telling.map((column) => record[column]).join("\0");
    if (candidates.has(key)) continue;
    candidates.set(key, { key, row, values: columns.map((column) => record[column] ?? null) });
  }
  // In one order everywhere: two transactions that insert the same keys wait for each other in turn,
  // not in a circle.
  const ordered = [...candidates.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  // A transaction's queries are Kysely's; its type only keeps the rest of it from features.
  const transaction = queries as unknown as Kysely<Schema>;
  const insertRows = insertRowsOf(transaction);
  const inserted = new Set<string>();
  for (const batch of inBatches(ordered, columns.length)) {
    const values = batch.map((candidate) => candidate.values);
    const isInserted = await insertRows(transaction, { table, columns, rows: values, keys });
    for (const [index, { key }] of batch.entries()) {
      if (isInserted[index] === true) inserted.add(key);
    }
  }
  return [...candidates.values()].filter(({ key }) => inserted.has(key)).map(({ row }) => row);
}

interface Candidate<Row> {
  readonly key: string;
  readonly row: Row;
  /** In the order of the columns. */
  readonly values: readonly unknown[];
}

function inBatches<Item>(items: readonly Item[], columns: number): readonly (readonly Item[])[] {
  const size = Math.max(1, Math.floor(MAX_VALUES / Math.max(1, columns)));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
