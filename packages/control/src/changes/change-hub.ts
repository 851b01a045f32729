import type { Change, ChangeCursor, Database } from "../storage/index.ts";
import { changesSince, latestChange } from "../storage/index.ts";

/** Changes as they are heard of; `missed` when some can no longer be told, so that everything may have changed. */
export interface ChangeNews {
  readonly changes: readonly Change[];
  readonly missed: boolean;
}

/** Reads the feed of changes once for everybody in this process who wants to hear of it. */
export interface ChangeHub {
  /** Calls `listener`, which must not throw, for what is committed from now on. Returns how to stop. */
  listen(listener: (news: ChangeNews) => void): () => void;
  /** Returns how many listen now. */
  listening(): number;
  /** Stops reading. */
  close(): void;
}

/** What a hub hears. */
export interface ChangeHubOptions {
  readonly topics: readonly string[];
  /** Called when the feed could not be read; it is tried again. Must not throw. */
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Opens a hub. What other processes commit on the same database is heard too.
 *
 * Throws what the database throws.
 */
export async function openChangeHub(
  database: Database,
  { topics, onProblem = () => undefined }: ChangeHubOptions,
): Promise<ChangeHub> {
  const listeners = new Set<(news: ChangeNews) => void>();
  let cursor = await latestChange(database.queries);
  let reading: Promise<void> | undefined;
  let isAskedAgain = false;
  let isClosed = false;

  async function readPage(from: ChangeCursor): Promise<boolean> {
    const page = await changesSince(database.queries, from, { topics });
    if (isClosed) return false;
    const { changes, missed } = page;
    cursor = page.cursor;
    if (changes.length > 0 || missed) {
      for (const listener of listeners) listener({ changes, missed });
    }
    return page.more;
  }

  async function readAll(): Promise<void> {
    try {
      while (isAskedAgain) {
        isAskedAgain = false;
        while (await readPage(cursor));
      }
    } catch (error) {
      // The database calls again within a second, and nothing is passed over.
      if (!isClosed) onProblem(error);
    } finally {
      reading = undefined;
    }
  }

  function wake(): void {
    isAskedAgain = true;
    if (!isClosed) reading ??= readAll();
  }

  const stop = database.onChange(wake);
  // Between the cursor and the listening something may have been committed.
  wake();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listening: () => listeners.size,
    close() {
      isClosed = true;
      stop();
      listeners.clear();
    },
  };
}
