/** How things are written in groups. */
export interface GroupCommitOptions<Item, Result> {
  /** Writes all of them or none, and returns one result each, in their order. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Tells whether an error says nothing of the items: then none of them is tried by itself. */
  readonly isAboutAll: (error: unknown) => boolean;
  /** The most that are written at once. */
  readonly maxItems: number;
}

/** What groups did since the start. */
export interface GroupCommitStats {
  readonly groups: number;
  readonly items: number;
  /** How many of the items shared their group with another. */
  readonly shared: number;
}

/** Writes what comes at the same time together. */
export interface GroupCommit<Item, Result> {
  /** Resolves once the item is written; rejects where it is not. */
  add(item: Item): Promise<Result>;
  stats(): GroupCommitStats;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns what writes in groups, one group at a time: what comes while one is written makes up the next, so
 * that a disk's flush is paid once for all of them and an only one waits for nobody. Where a group cannot be
 * written, its halves are tried, down to the item that spoils it.
 */
export function createGroupCommit<Item, Result>({
  write,
  isAboutAll,
  maxItems,
}: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  const queue: Entry<Item, Result>[] = [];
  const counts = { groups: 0, items: 0, shared: 0 };
  let isWriting = false;

  async function writeEntries(entries: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await write(entries.map(({ item }) => item));
      counts.groups += 1;
      counts.items += entries.length;
      if (entries.length > 1) counts.shared += entries.length;
      for (const [index, { resolve }] of entries.entries()) {
        // As many as there were items; that is what `write` promises.
        resolve(results[index] as Result);
      }
    } catch (error) {
      if (entries.length === 1 || isAboutAll(error)) {
        for (const { reject } of entries) reject(error);
        return;
      }
      const half = Math.ceil(entries.length / 2);
      await writeEntries(entries.slice(0, half));
      await writeEntries(entries.slice(half));
    }
  }

  async function writeAll(): Promise<void> {
    while (queue.length > 0) {
      await writeEntries(queue.splice(0, maxItems));
      // Where the database answers at once, others get a turn to add to the next group.
      await new Promise(setImmediate);
    }
    isWriting = false;
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (isWriting) return;
        isWriting = true;
        setImmediate(() => void writeAll());
      });
    },
    stats: () => ({ ...counts }),
  };
}
