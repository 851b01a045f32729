import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { Queries } from "./database.ts";
import { PRIMARY_KEYS } from "./schema/schema.ts";
import type { Schema, TableName } from "./schema/schema.ts";

/** The tables whose rows are of an app. */
export type TableOfApps = {
  [Table in TableName]: Schema[Table] extends { readonly app: string } ? Table : never;
}[TableName];

/**
 * Deletes the first rows of an app in a table, by one statement, and returns how many: fewer than `limit`
 * only when there are no more.
 */
export async function deleteSomeOf(
  queries: Queries,
  table: TableOfApps,
  { app, limit }: { readonly app: string; readonly limit: number },
): Promise<number> {
  const keys = sql.join(PRIMARY_KEYS[table].map((key) => sql.ref(key)));
  // Queries are Kysely's; their type only keeps the rest of it from features.
  const kysely = queries as unknown as Kysely<Schema>;
  const { numAffectedRows = 0n } = await sql`
    delete from ${sql.table(table)} where (${keys}) in (
      select ${keys} from ${sql.table(table)} where app = ${app} order by ${keys} limit ${sql.lit(limit)}
    )
  `.execute(kysely);
  return Number(numAffectedRows);
}
