/** Work that has begun and is not done. */
export interface UnderWay {
  /** How many are under way. */
  readonly size: number;
  /** Begins to follow `work`. */
  add(work: Promise<void>): void;
  /** Resolves when one of them is done, at once when there are none; throws what one has failed with. */
  anyDone(): Promise<void>;
  /** Resolves when all of them are done; throws what one has failed with. */
  allDone(): Promise<void>;
}

/** Returns a record of work under way, with nothing in it. A failure is kept until it is asked for. */
export function createUnderWay(): UnderWay {
  const all = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const follow = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      failures.push(error);
    }
  };
  const throwFailure = () => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    get size() {
      return all.size;
    },
    add(work) {
      const followed = follow(work).finally(() => all.delete(followed));
      all.add(followed);
    },
    async anyDone() {
      if (all.size > 0) await Promise.race(all);
      throwFailure();
    },
    async allDone() {
      await Promise.all(all);
      throwFailure();
    },
  };
}
