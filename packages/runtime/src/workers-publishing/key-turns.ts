import type { ApiClock } from "@holdfast/appstore/http";

/**
 * Milliseconds between two writes of one key: it takes one a second, and what comes sooner is refused with
 * 429. A little more, for timers may be early and the way to Cloudflare is not always as long.
 *
 * @see https://developers.cloudflare.com/kv/platform/limits/
 */
export const KEY_INTERVAL_MS = 1100;

/** Makes writes of one key wait for each other. */
export interface KeyTurns {
  /**
   * Resolves when every write of any of these keys that was asked for before is over, and a second has
   * passed since. The order is that of the calls. Whoever gets a turn must end it with what it returns.
   *
   * Rejects when the signal is aborted before; later turns then wait no longer for this one.
   */
  take(keys: readonly string[], signal?: AbortSignal): Promise<() => void>;
}

interface Turn {
  readonly over: Promise<void>;
  /** When it was over, in milliseconds since 1970. */
  overAt: number | undefined;
}

/** Returns turns of no key yet. It remembers keys for as long as somebody may have to wait for them. */
export function createKeyTurns(clock: ApiClock): KeyTurns {
  const last = new Map<string, Turn>();
  const forgetOld = (): void => {
    const since = clock.now() - KEY_INTERVAL_MS;
    for (const [key, { overAt }] of last) {
      if (overAt !== undefined && overAt <= since) last.delete(key);
    }
  };
  return {
    async take(keys, signal) {
      forgetOld();
      const before = new Set(keys.flatMap((key) => last.get(key) ?? []));
      const { promise, resolve } = Promise.withResolvers<void>();
      const turn: Turn = { over: promise, overAt: undefined };
      for (const key of keys) last.set(key, turn);
      const end = (overAt: number): void => {
        turn.overAt = overAt;
        resolve();
      };
      try {
        await waitFor(before, clock, signal);
      } catch (error) {
        // Its place in the line stays, so that nobody behind it overtakes those before it.
        void Promise.all([...before].map(({ over }) => over)).then(() => end(latest(before)));
        throw error;
      }
      return () => end(clock.now());
    },
  };
}

async function waitFor(
  turns: ReadonlySet<Turn>,
  clock: ApiClock,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  await unlessAborted(Promise.all([...turns].map(({ over }) => over)), signal);
  const wait = latest(turns) + KEY_INTERVAL_MS - clock.now();
  // More than the interval: the clock was set back.
  if (wait > 0) await clock.sleep(Math.min(wait, KEY_INTERVAL_MS), signal);
}

function latest(turns: ReadonlySet<Turn>): number {
  return [...turns].reduce(
    (moment, { overAt }) => Math.max(moment, overAt ?? moment),
    Number.NEGATIVE_INFINITY,
  );
}

/** Resolves with the work, or rejects with the signal's reason when it is aborted before. */
async function unlessAborted(
  work: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal === undefined) {
    await work;
    return;
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
