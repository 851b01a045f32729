import { sql } from "kysely";
import type { Kysely } from "kysely";
import { PRIMARY_KEYS } from "../schema/schema.ts";
import type { Schema, TableName } from "../schema/schema.ts";

/** A row of any table. */
export type AnyRow = Readonly<Record<string, string | number | null | Uint8Array>>;

/** Yields a whole table in the order of its primary key, in pages of at most `pageSize` rows. */
export async function* readTable(
  kysely: Kysely<Schema>,
  table: TableName,
  pageSize: number,
): AsyncGenerator<readonly AnyRow[]> {
  const keys: readonly string[] = PRIMARY_KEYS[table];
  const order = sql.join(keys.map((key) => sql.ref(key)));
  let after = sql`true`;
  for (;;) {
    const { rows } = await sql<AnyRow>`
      select * from ${sql.table(table)} where ${after} order by ${order} limit ${sql.lit(pageSize)}
    `.execute(kysely);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    const values = sql.join(keys.map((key) => last[key] ?? null));
    after = sql`(${order}) > (${values})`;
  }
}
