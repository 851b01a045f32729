import { emulatorError } from "../errors/index.ts";
import type { AppEnvironment } from "../world/index.ts";
import { assertPossibleBehaviour, type PopulationBehaviour } from "./behaviour.ts";

/** How many of those who open the page tap Cancel, unless the options say otherwise. */
export const DEFAULT_TAP_PROBABILITY = 0.3;

/** How a population behaves. */
export interface PopulationOptions extends AppEnvironment {
  /** Decides who opens the page, who taps, and what they do; default 1. */
  readonly seed?: number;
  /** How many pages are opened a second; default 5. */
  readonly viewsPerSecond?: number;
  /** Most of what they do that is on its way at a time; default 16. */
  readonly maxConcurrent?: number;
  /** How many of those who open the page tap Cancel, from 0 to 1; default 0.3. */
  readonly tapProbability?: number;
  /** Opens no more than this many pages; default any number. Ends then, unless `durationMs` is given. */
  readonly views?: number;
  /** Ends after this time; default when there is nothing left to do. */
  readonly durationMs?: number;
  /** Whether anybody may open the page, again and again, or everybody does once, in some order; default `again`. */
  readonly visits?: "again" | "onceEach";
  /**
   * What they do with what they see, and how they live on; default they only look and tap, and their
   * subscriptions go on when somebody looks.
   */
  readonly behaviour?: PopulationBehaviour;
  /** Stops when aborted; what is on its way is still told. */
  readonly signal?: AbortSignal;
}

/** Options with nothing left open but `behaviour`. */
export type ResolvedOptions = Required<Omit<PopulationOptions, "behaviour">> &
  Pick<PopulationOptions, "behaviour">;

/** Returns `options` with the defaults; throws `OPTIONS_INVALID` for what cannot be done. */
export function resolveOptions(options: PopulationOptions): ResolvedOptions {
  const resolved = {
    seed: 1,
    viewsPerSecond: 5,
    maxConcurrent: 16,
    tapProbability: DEFAULT_TAP_PROBABILITY,
    views: Infinity,
    durationMs: Infinity,
    visits: "again" as const,
    signal: new AbortController().signal,
    ...options,
  };
  const { viewsPerSecond, maxConcurrent, tapProbability, views, durationMs } = resolved;
  const isPossible =
    viewsPerSecond > 0 &&
    Number.isInteger(maxConcurrent) &&
    maxConcurrent > 0 &&
    tapProbability >= 0 &&
    tapProbability <= 1 &&
    views >= 0 &&
    durationMs >= 0;
  if (!isPossible) {
    throw emulatorError(
      "OPTIONS_INVALID",
      "expected viewsPerSecond and maxConcurrent above 0, views and durationMs not below, tapProbability from 0 to 1",
    );
  }
  if (options.behaviour !== undefined) assertPossibleBehaviour(options.behaviour);
  return resolved;
}
