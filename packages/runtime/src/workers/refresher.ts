import { startDeadline } from "../answer/deadline.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExecutionContext, KvNamespace } from "./platform.ts";

/** Up to this age, in ms, a copy is used as it is. */
export const FRESH_MS = 15_000;

/** Beyond this age, in ms, a request waits for a newer copy: KV's own minute and this make 90 seconds. */
export const OLD_MS = 30_000;

/** How long a request waits for a newer copy where it has an old one, ms. */
export const REFRESH_WAIT_MS = 150;

/** How long a request waits for the first copy, ms: it must leave the answer a part of its 400. */
export const FIRST_WAIT_MS = 350;

/** How long nothing is read after a read that failed, ms. */
const PAUSE_MS = 2000;

/** After this time, in ms, a read has ended or never will: its invocation is over. */
const LOST_MS = 10_000;

/** What one invocation reads with. */
export interface Invocation {
  readonly kv: KvNamespace;
  readonly context: ExecutionContext;
}

/** Keeps something read from KV as fresh as it must be. */
export interface Refresher {
  /**
   * Reads anew where that is due. Returns undefined where nothing is to be waited for; else a promise that
   * resolves, within {@link FIRST_WAIT_MS} or {@link REFRESH_WAIT_MS}, whatever came of it.
   */
  refresh(invocation: Invocation): Promise<void> | undefined;
}

interface Flight {
  readonly startedAt: number;
  readonly done: Promise<void>;
}

/**
 * Returns a refresher of what was never read.
 *
 * Requests share one read. It belongs to the invocation that began it, which is kept alive for it: a read whose
 * invocation ends may never settle (github.com/panva/jose/issues/509; UNCONFIRMED here, workerd on one's own
 * machine lets it finish). Should that happen all the same, the next request after a while begins another. A
 * timer belongs to its invocation too, so each request bounds its own waiting.
 *
 * @param read - reads once, and rejects when it could not
 * @param isEssential - whether nothing can be answered before the first read
 */
export function createRefresher(
  read: (kv: KvNamespace) => Promise<void>,
  clock: Clock,
  { isEssential }: { readonly isEssential: boolean },
): Refresher {
  let readAt: number | undefined;
  let pausedUntil = 0;
  let flight: Flight | undefined;

  async function fly(kv: KvNamespace, startedAt: number): Promise<void> {
    try {
      await read(kv);
      readAt = Math.max(startedAt, readAt ?? 0);
    } catch {
      // Who reads says why it failed.
      pausedUntil = clock.now() + PAUSE_MS;
    }
  }

  async function land(landing: Flight): Promise<void> {
    await landing.done;
    if (flight === landing) flight = undefined;
  }

  function take(now: number, { kv, context }: Invocation): Flight | undefined {
    if (flight !== undefined && now - flight.startedAt < LOST_MS) return flight;
    if (now < pausedUntil) return undefined;
    const started: Flight = { startedAt: now, done: fly(kv, now) };
    flight = started;
    context.waitUntil(land(started));
    return started;
  }

  return {
    refresh(invocation) {
      const now = clock.now();
      const ageMs = readAt === undefined ? Infinity : now - readAt;
      if (ageMs <= FRESH_MS) return undefined;
      const shared = take(now, invocation);
      if (shared === undefined || ageMs <= OLD_MS) return undefined;
      // A slow read must not keep every request waiting; a first one is all there is.
      const isFirst = readAt === undefined && isEssential;
      const waitMs = isFirst ? FIRST_WAIT_MS : shared.startedAt + REFRESH_WAIT_MS - now;
      return waitMs <= 0 ? undefined : waitFor(shared.done, waitMs, clock);
    },
  };
}

async function waitFor(work: Promise<void>, waitMs: number, clock: Clock): Promise<void> {
  const deadline = startDeadline(waitMs, clock.elapsed);
  // Late is no reason to fail: the last good copy answers.
  await deadline.before(work).catch(() => undefined);
  deadline.end();
}
