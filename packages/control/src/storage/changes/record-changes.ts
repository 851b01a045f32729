import type { Kysely } from "kysely";
import type { Schema } from "../schema/schema.ts";
import { storageError } from "../storage-error.ts";

/** Something others want to hear of. */
export interface NewChange {
  /** What kind of thing changed, such as `publication`. */
  readonly topic: string;
  /** The app it concerns; left out for all. */
  readonly app?: string;
  readonly environment?: string;
  /** The id of what changed; never something secret. */
  readonly subject?: string;
}

/** Far below the parameters a statement can have on either engine. */
const ROWS_A_STATEMENT = 1000;

/**
 * Writes changes as the last thing before a commit.
 *
 * Sequence numbers come from one row, updated here: its lock is held from the numbering to the end of
 * the commit, so numbers become visible in their order and an undone transaction leaves no gap. A
 * reader that has seen 7 will never find a 6 later, which a sequence object could not promise.
 * Writing them last keeps that lock short, and out of deadlocks: nothing is locked after it.
 */
export async function recordChanges(
  transaction: Kysely<Schema>,
  changes: readonly NewChange[],
  at: number,
): Promise<void> {
  const feed = await transaction
    .updateTable("change_feed")
    .set((row) => ({ last_seq: row("last_seq", "+", changes.length) }))
    .where("id", "=", 1)
    .returning("last_seq")
    .executeTakeFirst();
  if (feed === undefined) {
    throw storageError("DATABASE_DAMAGED", "expected one row in change_feed, got none");
  }
  const first = feed.last_seq - changes.length + 1;
  const rows = changes.map(({ topic, app = null, environment = null, subject = null }, index) => ({
    seq: first + index,
    topic,
    app,
    environment,
    subject,
    at,
  }));
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const batch = rows.slice(start, start + ROWS_A_STATEMENT);
    await transaction.insertInto("changes").values(batch).execute();
  }
}
