import { draw } from "./draw.ts";

/** What somebody has made up their mind about. */
interface Mind {
  /** How many pages they have opened. */
  views: number;
  /** How often they have made up their mind. */
  considered: number;
  /** When they last did: milliseconds since 1970; absent while they have not, or will again. */
  madeUpAt?: number | undefined;
}

/** What comes of one page somebody opens. */
interface Visit {
  readonly taps: boolean;
  /** In [0, 1): what they do with what they see, and which share they are of; absent when they only look. */
  readonly decision?: number;
  /** What this decision is called in draws: each has a number of its own. */
  readonly name: string;
}

/** What all subscribers think. */
export interface Minds {
  /** Returns what comes of the page somebody opens at `now`, and remembers that they did. */
  visit(originalTransactionId: string, now: number): Visit;
  /** Lets somebody make up their mind anew with their next page. */
  forget(originalTransactionId: string): void;
}

/** How minds are made up. */
export interface MindOptions {
  readonly seed: number;
  readonly tapProbability: number;
  /** In milliseconds; `Infinity` for once only. */
  readonly reconsiderAfterMs: number;
}

/** Returns the minds of people who have seen nothing yet. */
export function createMinds({ seed, tapProbability, reconsiderAfterMs }: MindOptions): Minds {
  const minds = new Map<string, Mind>();
  return {
    visit(id, now) {
      const mind = minds.get(id) ?? { views: 0, considered: 0 };
      minds.set(id, mind);
      const taps = draw(seed, id, `tap ${mind.views}`) < tapProbability;
      mind.views += 1;
      const name = `decision ${mind.considered}`;
      if (mind.madeUpAt !== undefined && now - mind.madeUpAt < reconsiderAfterMs) {
        return { taps, name };
      }
      mind.considered += 1;
      mind.madeUpAt = now;
      return { taps, decision: draw(seed, id, name), name };
    },
    forget(id) {
      const mind = minds.get(id);
      if (mind !== undefined) mind.madeUpAt = undefined;
    },
  };
}
