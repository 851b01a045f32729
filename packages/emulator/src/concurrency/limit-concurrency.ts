/** Runs work when there is a place for it; returns what it returns, throws what it throws. */
export type LimitedRun = <T>(work: () => Promise<T>) => Promise<T>;

/** Returns a runner of at most `most` at a time; who comes first goes first. */
export function limitConcurrency(most: number): LimitedRun {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits longest takes over the place; without one it is free again.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
