import { emulatorError } from "../errors/index.ts";
import type { AppEnvironment } from "../world/index.ts";

/** How a population behaves. */
export interface PopulationOptions extends AppEnvironment {
  /** Decides who opens the page and who taps; default 1. */
  readonly seed?: number;
  /** How many pages are opened a second; default 5. */
  readonly viewsPerSecond?: number;
  /** Most requests on their way at a time; default 16. */
  readonly maxConcurrent?: number;
  /** How many of those who open the page tap Cancel, from 0 to 1; default 0.3. */
  readonly tapProbability?: number;
  /** Stops after this many pages; default never. */
  readonly views?: number;
  /** Stops when aborted; what is on its way is still told. */
  readonly signal?: AbortSignal;
}

/** Options with nothing left open. */
export type Behaviour = Required<PopulationOptions>;

/** Returns `options` with the defaults; throws `OPTIONS_INVALID` for what cannot be done. */
export function resolveBehaviour(options: PopulationOptions): Behaviour {
  const behaviour = {
    seed: 1,
    viewsPerSecond: 5,
    maxConcurrent: 16,
    tapProbability: 0.3,
    views: Infinity,
    signal: new AbortController().signal,
    ...options,
  };
  const { viewsPerSecond, maxConcurrent, tapProbability, views } = behaviour;
  const isPossible =
    viewsPerSecond > 0 &&
    Number.isInteger(maxConcurrent) &&
    maxConcurrent > 0 &&
    tapProbability >= 0 &&
    tapProbability <= 1 &&
    views >= 0;
  if (!isPossible) {
    throw emulatorError(
      "OPTIONS_INVALID",
      "expected viewsPerSecond and maxConcurrent above 0, views not below, tapProbability from 0 to 1",
    );
  }
  return behaviour;
}
