import { storageError } from "../storage-error.ts";

/** Lets one caller at a time through for each name, in the order they came. */
export interface NamedQueue {
  /**
   * Runs `act` when everybody who came before under `name` is done.
   *
   * Throws DATABASE_BUSY when that takes longer than `waitMs`; `act` then never runs.
   */
  run<T>(name: string, waitMs: number, act: () => Promise<T>): Promise<T>;
}

/** Returns a queue of this process. */
export function createNamedQueue(): NamedQueue {
  const tails = new Map<string, Promise<unknown>>();

  return {
    async run(name, waitMs, act) {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = Promise.withResolvers<undefined>();
      // Who gives up still stands in line, so that the next one waits for the holder.
      const tail = before.then(() => mine.promise);
      tails.set(name, tail);
      try {
        await waitFor(before, name, waitMs);
        return await act();
      } finally {
        mine.resolve(undefined);
        if (tails.get(name) === tail) void tail.then(() => forget(name, tail));
      }
    },
  };

  function forget(name: string, tail: Promise<unknown>): void {
    if (tails.get(name) === tail) tails.delete(name);
  }
}

async function waitFor(turn: Promise<unknown>, name: string, waitMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(lockTimeout(name, waitMs)), waitMs);
  try {
    await Promise.race([turn, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of a lock that was not free in time. */
export function lockTimeout(name: string, waitMs: number): Error {
  return storageError(
    "DATABASE_BUSY",
    `expected the lock "${name}" to be free within ${waitMs} ms; somebody holds it, try again later`,
  );
}
