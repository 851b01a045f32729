import { EmulatorError } from "../errors/index.ts";

/** Returns what `act` returns; `undefined` when the subscription is not as it would have to be. */
export async function ifPossible<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    // Somebody else may have changed it meanwhile, and what is shown may be what they have already.
    if (error instanceof EmulatorError && IMPOSSIBLE.has(error.code)) return undefined;
    throw error;
  }
}

const IMPOSSIBLE: ReadonlySet<string> = new Set(["EVENT_IMPOSSIBLE", "INPUT_INVALID"]);
