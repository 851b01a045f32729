import type { Database } from "../database.ts";

/** Which changes to forget. */
export interface PruneChangesOptions {
  /** Those recorded before this time, ms since 1970. */
  readonly before: number;
  /** At most so many at once. */
  readonly limit: number;
}

/**
 * Deletes old changes and returns how many. A reader whose cursor is older is told that it missed some.
 */
export function pruneChanges(
  database: Database,
  { before, limit }: PruneChangesOptions,
): Promise<number> {
  return database.transaction(async ({ queries }) => {
    const feed = await queries
      .selectFrom("change_feed")
      .select("pruned_seq")
      .where("id", "=", 1)
      .executeTakeFirstOrThrow();
    const oldest = await queries
      .selectFrom("changes")
      .select((row) => row.fn.max("seq").as("seq"))
      .where("at", "<", before)
      .where("seq", "<=", feed.pruned_seq + limit)
      .executeTakeFirst();
    if (oldest === undefined || oldest.seq === null) return 0;
    // Up to it without a hole, so that one number says what is gone.
    const { numDeletedRows } = await queries
      .deleteFrom("changes")
      .where("seq", "<=", oldest.seq)
      .executeTakeFirst();
    await queries
      .updateTable("change_feed")
      .set({ pruned_seq: oldest.seq })
      .where("id", "=", 1)
      .where("pruned_seq", "<", oldest.seq)
      .execute();
    return Number(numDeletedRows);
  });
}
