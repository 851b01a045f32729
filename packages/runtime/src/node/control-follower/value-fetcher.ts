import type { ControlClient, ValuePlace } from "./control-client.ts";

/** Reads values one after the other, each asked-for one once. */
export interface ValueFetcher {
  /** Has these read soon. */
  ask(places: readonly ValuePlace[]): void;
  /** Forgets what was read before, so that it is read anew when it is asked for. */
  forget(): void;
  /** Resolves when what was asked for is read, and with whether the last time each could be read. */
  idle(): Promise<boolean>;
}

/** What a fetcher works with. */
export interface ValueFetcherOptions {
  readonly client: Pick<ControlClient, "read">;
  readonly signal: AbortSignal;
  /** Takes a value over. Must not reject. */
  readonly install: (place: ValuePlace, text: string) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** Called each time everything asked for was read; not waited for. Must not throw. */
  readonly onIdle: () => void;
}

/** Returns a fetcher. What could not be read stays failed until it is asked for again. */
export function createValueFetcher({
  client,
  signal,
  install,
  onFailed,
  onIdle,
}: ValueFetcherOptions): ValueFetcher {
  const wanted = new Map<string, ValuePlace>();
  const failed = new Set<string>();
  const etags = new Map<string, string>();
  let working = Promise.resolve();
  let isWorking = false;

  async function fetchOne(key: string, place: ValuePlace): Promise<void> {
    try {
      const fetched = await client.read(place, etags.get(key), signal);
      failed.delete(key);
      if (fetched.state !== "changed") return;
      await install(place, fetched.text);
      // A refused value is refused once, and not read again before it changes.
      if (fetched.etag === undefined) etags.delete(key);
      else etags.set(key, fetched.etag);
    } catch (error) {
      if (signal.aborted) return;
      failed.add(key);
      onFailed(error);
    }
  }

  async function work(): Promise<void> {
    while (wanted.size > 0 && !signal.aborted) {
      for (const [key, place] of wanted) {
        // Before it is read: a change while it is under way is another reason to read it.
        wanted.delete(key);
        await fetchOne(key, place);
        if (signal.aborted) return;
      }
      if (wanted.size === 0) onIdle();
    }
  }

  function start(): void {
    if (isWorking) return;
    isWorking = true;
    working = work().finally(() => {
      isWorking = false;
      // Asked for in the very moment it ended.
      if (wanted.size > 0 && !signal.aborted) start();
    });
  }

  return {
    ask(places) {
      for (const place of places) {
        wanted.set([place.what, place.app, place.environment].join(" "), place);
      }
      start();
    },
    forget: () => etags.clear(),
    async idle() {
      await working;
      return failed.size === 0;
    },
  };
}
