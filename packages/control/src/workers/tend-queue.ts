/** Sees to apps, each once at a time, and only so many at once: each holds a session of the database. */
export interface TendQueue {
  /** Has an app seen to; once more where it is being seen to already. */
  add(app: string): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** How an app is seen to. */
export interface TendQueueOptions {
  readonly act: (app: string) => Promise<void>;
  /** Called with what `act` throws. Must not throw. */
  readonly onProblem: (error: unknown) => void;
}

/** Apps seen to at the same time. */
const CONCURRENCY = 4;

/** Returns a queue of no app yet. */
export function createTendQueue({ act, onProblem }: TendQueueOptions): TendQueue {
  const waiting = new Set<string>();
  const busy = new Map<string, Promise<void>>();

  async function actOrTell(app: string): Promise<void> {
    try {
      await act(app);
    } catch (error) {
      onProblem(error);
    }
    busy.delete(app);
    begin();
  }

  function begin(): void {
    for (const app of waiting) {
      if (busy.size >= CONCURRENCY) return;
      if (busy.has(app)) continue;
      waiting.delete(app);
      busy.set(app, actOrTell(app));
    }
  }

  return {
    add(app) {
      waiting.add(app);
      begin();
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}
