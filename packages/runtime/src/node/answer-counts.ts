import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { AnswerEvent, AnswerOutcome } from "../ports/observer.ts";

/** How requests for an app in an environment ended, since the start. */
interface AnswerTotals extends Readonly<Record<AnswerOutcome, number>> {
  /** When Apple last asked, ms since 1970; absent where it has not. */
  readonly lastRequestAt?: number;
}

/** Counts how requests end, for control. */
export interface AnswerCounts {
  count(event: AnswerEvent): void;
  of(app: string, environment: FlowEnvironment): AnswerTotals;
}

type Counted = { -readonly [Name in keyof AnswerTotals]: AnswerTotals[Name] };

/**
 * Returns counts that begin at zero. A request counts as Apple's once it is verified: anybody can send one
 * that is not.
 *
 * @param now - milliseconds since 1970
 */
export function createAnswerCounts(now: () => number): AnswerCounts {
  const places = new Map<string, Counted>();

  function place(app: string, environment: FlowEnvironment): Counted {
    const key = `${app} ${environment}`;
    const known = places.get(key) ?? {
      answered: 0,
      fallback: 0,
      deferred: 0,
      refused: 0,
      unavailable: 0,
    };
    places.set(key, known);
    return known;
  }

  return {
    count({ app, environment, outcome, clockSkewMs }) {
      if (app === undefined || environment === undefined) return;
      const counted = place(app, environment);
      counted[outcome] += 1;
      if (clockSkewMs !== undefined) counted.lastRequestAt = now();
    },
    of: (app, environment) => ({ ...place(app, environment) }),
  };
}
