import type { Queries } from "../database.ts";
import { storageError } from "../storage-error.ts";

declare const isCursor: unique symbol;

/** A place in the feed of changes, as text to keep and hand back; nothing to look into. */
export type ChangeCursor = string & { readonly [isCursor]: true };

/** Something that changed. */
export interface Change {
  readonly topic: string;
  /** null: it concerns all apps. */
  readonly app: string | null;
  readonly environment: string | null;
  readonly subject: string | null;
  /** Milliseconds since 1970, by the clock of the process that wrote it. */
  readonly at: number;
}

/** Changes after a cursor. */
export interface ChangePage {
  /** In the order they were committed. */
  readonly changes: readonly Change[];
  /** Where to go on. */
  readonly cursor: ChangeCursor;
  /** There may be more at once. */
  readonly more: boolean;
  /**
   * What came after the cursor can no longer be told: it is too old, from before a restore, or none of
   * ours. The page is empty; the reader loads everything afresh and goes on from the new cursor.
   */
  readonly missed: boolean;
}

/** Which changes to read. */
export interface ChangesSinceOptions {
  /** Those of this app and those of all apps; default every change. */
  readonly app?: string;
  /** Default every topic. */
  readonly topics?: readonly string[];
  /** How many at most; default 1,000. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 1000;

/**
 * Returns the place after the newest committed change. A reader takes it first and loads what it needs
 * then, so that nothing falls between.
 */
export async function latestChange(queries: Queries): Promise<ChangeCursor> {
  const feed = await queries
    .selectFrom("change_feed")
    .select(["epoch", "last_seq"])
    .where("id", "=", 1)
    .executeTakeFirst();
  if (feed === undefined) throw noFeed();
  return cursorAt(feed.epoch, feed.last_seq);
}

/**
 * Returns what was committed after `cursor`. A change committed late, by a transaction that began
 * early, is never skipped: see `recordChanges()`. Does not wait; `Database.onChange()` says when to
 * look again.
 */
export async function changesSince(
  queries: Queries,
  cursor: ChangeCursor,
  { app, topics, limit = DEFAULT_LIMIT }: ChangesSinceOptions = {},
): Promise<ChangePage> {
  const { epoch, seq } = parseCursor(cursor);
  // One statement sees one state of the feed and its rows, whatever commits meanwhile.
  const rows = await queries
    .selectFrom("change_feed as feed")
    .leftJoin("changes as change", (join) =>
      join.on((row) => {
        const conditions = [
          row("change.seq", ">", seq),
          row("change.seq", "<=", row.ref("feed.last_seq")),
        ];
        if (app !== undefined) {
          conditions.push(row.or([row("change.app", "=", app), row("change.app", "is", null)]));
        }
        if (topics !== undefined) conditions.push(row("change.topic", "in", topics));
        return row.and(conditions);
      }),
    )
    .select(["feed.epoch", "feed.last_seq", "feed.pruned_seq"])
    .select(["change.seq", "change.topic", "change.app", "change.environment", "change.subject"])
    .select("change.at")
    .where("feed.id", "=", 1)
    .orderBy("change.seq")
    .limit(limit)
    .execute();
  const feed = rows[0];
  if (feed === undefined) throw noFeed();
  if (epoch !== feed.epoch || seq < feed.pruned_seq || seq > feed.last_seq) {
    return {
      changes: [],
      cursor: cursorAt(feed.epoch, feed.last_seq),
      more: false,
      missed: true,
    };
  }
  const more = rows.length === limit && feed.seq !== null;
  const last = more ? rows.at(-1)?.seq : undefined;
  return {
    changes: rows.flatMap(({ topic, app: changed, environment, subject, at }) =>
      // Without any change the join leaves one row of nulls.
      topic === null || at === null ? [] : [{ topic, app: changed, environment, subject, at }],
    ),
    cursor: cursorAt(feed.epoch, last ?? feed.last_seq),
    more,
    missed: false,
  };
}

function cursorAt(epoch: string, seq: number): ChangeCursor {
  // The one place cursors are made.
  return `${epoch}:${seq}` as ChangeCursor;
}

/** A cursor that is none of ours has an epoch that is none. */
function parseCursor(cursor: string): { readonly epoch: string; readonly seq: number } {
  const [, epoch = "", digits = "0"] = /^([^:]+):(\d{1,15})$/.exec(cursor) ?? [];
  return { epoch, seq: Number(digits) };
}

function noFeed(): Error {
  return storageError("DATABASE_DAMAGED", "expected one row in change_feed, got none");
}
