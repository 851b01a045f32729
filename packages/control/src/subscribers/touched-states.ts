/** Whose states are others than they were; the same one may be named more than once. */
export interface TouchedStates {
  /** The pseudonyms of those of which something changed. */
  readonly changed: readonly string[];
  /** Pseudonyms under which nothing is known any more. */
  readonly gone: readonly string[];
}

/** Nobody's. */
export const NO_STATES: TouchedStates = { changed: [], gone: [] };

/** Returns all of several. */
export function allTouched(...several: readonly TouchedStates[]): TouchedStates {
  return {
    changed: several.flatMap(({ changed }) => changed),
    gone: several.flatMap(({ gone }) => gone),
  };
}
