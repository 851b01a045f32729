import type { JobTimes } from "../../jobs/index.ts";

/** Places that are worked on, some at the same time. */
export interface PlaceTurns<Place> {
  /** Returns the places where there is something to do. */
  readonly busy: () => Promise<readonly Place[]>;
  /** Tells places apart. */
  readonly nameOf: (place: Place) => string;
  /** Works on one; returns whether there was anything, and it could be done. */
  readonly act: (place: Place) => Promise<boolean>;
  readonly times: Pick<JobTimes, "now" | "wait">;
  /** How long places are begun with, ms; longer while one from before is not done. */
  readonly forMs: number;
  /** How often it is looked for what is new while some are being worked on, ms. */
  readonly lookEveryMs: number;
}

/** Places worked on at the same time. */
const CONCURRENCY = 4;

interface Turn {
  readonly begunAt: number;
  readonly ended: Promise<void>;
}

/**
 * Works on places until nothing is left to do, the one that waits longest first. One that takes long keeps none
 * of the others waiting.
 *
 * @throws the first that was thrown, when all have ended; none is begun any more then
 */
export async function takeTurns<Place>(options: PlaceTurns<Place>): Promise<void> {
  const { busy, nameOf, act, times, forMs, lookEveryMs } = options;
  const until = times.now() + forMs;
  const turns = new Map<string, Turn>();
  const failures: unknown[] = [];
  /** In the order in which they were last begun. */
  const begun = new Set<string>();
  /** Where there was nothing to do, or it could not be done. */
  const resting = new Set<string>();

  async function work(name: string, place: Place): Promise<void> {
    try {
      if (!(await act(place))) resting.add(name);
    } catch (error) {
      failures.push(error);
    }
    turns.delete(name);
  }

  /** Begins with those that have something to do; returns whether there was one. */
  async function look(): Promise<boolean> {
    if (!mayBegin()) return false;
    try {
      return begin(await busy());
    } catch (error) {
      failures.push(error);
      return false;
    }
  }

  function begin(places: readonly Place[]): boolean {
    const order = [...begun];
    const waiting = places
      .map((place) => ({ place, name: nameOf(place) }))
      .filter(({ name }) => !turns.has(name) && !resting.has(name))
      .toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
    const next = waiting.slice(0, CONCURRENCY - turns.size);
    for (const { place, name } of next) {
      begun.delete(name);
      begun.add(name);
      turns.set(name, { begunAt: times.now(), ended: work(name, place) });
    }
    return next.length > 0;
  }

  function mayBegin(): boolean {
    if (failures.length > 0) return false;
    return times.now() < until || [...turns.values()].some(({ begunAt }) => begunAt < until);
  }

  for (;;) {
    const isAnyBegun = await look();
    if (turns.size > 0) {
      if (await isLookingDue()) resting.clear();
    } else if (!isAnyBegun) {
      break;
    }
  }
  if (failures.length > 0) throw failures[0];

  /** Resolves when one has ended, or it is time to look again, and tells whether that is it. */
  async function isLookingDue(): Promise<boolean> {
    const ended = new AbortController();
    const looking = times.wait(lookEveryMs, ended.signal).then(() => true);
    const ends = [...turns.values()].map((turn) => turn.ended.then(() => false));
    const isDue = await Promise.race([looking, ...ends]);
    ended.abort();
    return isDue;
  }
}
