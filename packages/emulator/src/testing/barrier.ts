/** Lets callers go only when a number of them are there. */
export interface Barrier {
  /** Resolves when the barrier's number of callers wait. */
  pass(): Promise<void>;
  /** The most callers that were there at a time. */
  readonly most: number;
}

/** Returns a barrier that lets `size` callers go together, again and again. */
export function createBarrier(size: number): Barrier {
  let waiting: (() => void)[] = [];
  let present = 0;
  let most = 0;
  return {
    get most() {
      return most;
    },
    async pass() {
      present += 1;
      most = Math.max(most, present);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < size) return;
        const all = waiting;
        waiting = [];
        for (const release of all) release();
      });
      present -= 1;
    },
  };
}
