import type { Queries } from "./database.ts";

/**
 * Returns the least sequence that a publication or stop list issued now may have; 0 unless the database
 * was restored.
 */
export async function sequenceFloor(queries: Queries): Promise<number> {
  const row = await queries.selectFrom("sequence_floor").select("sequence").executeTakeFirst();
  return row?.sequence ?? 0;
}
