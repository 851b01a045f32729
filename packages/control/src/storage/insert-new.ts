import type { Insertable } from "kysely";
import type { Transaction } from "./database.ts";
import type { Schema, TableName } from "./schema/schema.ts";

/** Which rows, and what makes two of them the same. */
export interface NewRows<T extends TableName> {
  readonly table: T;
  /** Every row with the same columns. */
  readonly rows: readonly Insertable<Schema[T]>[];
  /** The columns of a unique index or the primary key of the table; text or integers, never null. */
  readonly keys: readonly (keyof Insertable<Schema[T]> & string)[];
}

/** PostgreSQL's protocol counts parameters in 16 bits, SQLite's build has 32,766. */
const MAX_PARAMETERS = 30_000;

/**
 * Inserts the rows whose key is not there yet and returns exactly those, in their order: what to count
 * in the same transaction. Of rows with the same key the first counts. Over all processes that insert
 * the same key at once, one gets it returned.
 */
export async function insertNew<T extends TableName>(
  { queries }: Transaction,
  { table, rows, keys }: NewRows<T>,
): Promise<readonly Insertable<Schema[T]>[]> {
  const candidates = new Map<string, Insertable<Schema[T]>>();
  for (const row of rows) {
    const key = keyOf(row, keys);
    if (!candidates.has(key)) candidates.set(key, row);
  }
  // In one order everywhere: two transactions that insert the same keys wait for each other in turn,
  // not in a circle.
  const ordered = [...candidates].sort(([one], [other]) => (one < other ? -1 : 1));
  const inserted = new Set<string>();
  for (const batch of inBatches(ordered)) {
    const returned = await queries
      // Kysely's types cannot follow a table that is a parameter; NewRows says what they would.
      .insertInto<TableName>(table)
      .values(batch.map(([, row]) => row) as Insertable<Schema[TableName]>[])
      .onConflict((conflict) => conflict.columns([...keys] as never[]).doNothing())
      .returning([...keys] as never[])
      .execute();
    for (const row of returned) inserted.add(keyOf(row, keys));
  }
  return [...candidates].filter(([key]) => inserted.has(key)).map(([, row]) => row);
}

function keyOf(row: object, keys: readonly string[]): string {
  const columns = new Map<string, unknown>(Object.entries(row));
  return JSON.stringify(keys.map((key) => columns.get(key)));
}

function inBatches<Row extends object>(
  rows: readonly (readonly [string, Row])[],
): readonly (readonly (readonly [string, Row])[])[] {
  const columns = Object.keys(rows[0]?.[1] ?? {}).length;
  const size = Math.max(1, Math.floor(MAX_PARAMETERS / Math.max(1, columns)));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}
