import type { AppEnvironment } from "../world/index.ts";
import { assertPossible, type Faultable } from "./assert-possible.ts";
import type { Fault } from "./fault.ts";

/** A fault with what became of it. */
export type FaultInForce = Fault & {
  /** How many requests matched it so far, those it let pass included. */
  readonly matched: number;
  /** How many it fell on. */
  readonly applied: number;
};

/** An authenticated request, as faults look at it. */
interface FaultedRequest extends AppEnvironment {
  readonly operation: string;
}

/** The faults in force. */
export interface Faults {
  /**
   * Puts these in force in place of what was, in this order, with nothing counted yet. Throws
   * `INPUT_INVALID` for an operation or app there is not, or a number out of bounds.
   */
  set(faults: readonly Fault[]): void;
  list(): readonly FaultInForce[];
  clear(): void;
  /** Returns the faults that fall on a request, in their order; counts it for all that match. */
  take(request: FaultedRequest): readonly Fault[];
}

interface Counted {
  readonly fault: Fault;
  matched: number;
  applied: number;
}

/** Returns faults for these operations and apps, with none in force. */
export function createFaults(faultable: Faultable): Faults {
  let counted: readonly Counted[] = [];
  return {
    set(faults) {
      for (const fault of faults) assertPossible(fault, faultable);
      counted = faults.map((fault) => ({ fault, matched: 0, applied: 0 }));
    },
    list: () => counted.map(({ fault, ...counts }) => ({ ...fault, ...counts })),
    clear() {
      counted = [];
    },
    take(request) {
      const matching = counted.filter(({ fault }) => isAbout(fault, request));
      const falling = matching.filter((entry) => count(entry));
      return falling.map(({ fault }) => fault);
    },
  };
}

function isAbout({ operation, app, environment }: Fault, request: FaultedRequest): boolean {
  return (
    (operation === undefined || operation === request.operation) &&
    (app === undefined || app === request.app) &&
    (environment === undefined || environment === request.environment)
  );
}

/** Counts a request; tells whether the fault falls on it. */
function count(entry: Counted): boolean {
  const { skip = 0, times = Infinity } = entry.fault;
  const falls = entry.matched >= skip && entry.applied < times;
  entry.matched += 1;
  if (falls) entry.applied += 1;
  return falls;
}
