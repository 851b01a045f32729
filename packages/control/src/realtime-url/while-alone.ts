import type { ContentPlace } from "../catalog/index.ts";
import { isStorageError } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";

/** What is done about the URL of a place, and what when somebody else is at it. */
export interface LoneWork<Result> {
  /** Its signal aborts when somebody else may be at it by now. */
  readonly act: (signal: AbortSignal) => Promise<Result>;
  /** Called when the others did not end in time. */
  readonly otherwise: () => Promise<Result>;
  /** How long to wait for others, ms; 0 does not wait. */
  readonly waitMs: number;
}

/**
 * Runs `act` while nobody else, in any process, asks Apple for a change of a place's URL or writes down what
 * Apple has: what is seen while a change is on its way says nothing of how it ended.
 *
 * @throws what `act`, `otherwise` and the database throw
 */
export async function whileAlone<Result>(
  database: Database,
  { app, environment }: ContentPlace,
  { act, otherwise, waitMs }: LoneWork<Result>,
): Promise<Result> {
  let isAlone = false;
  try {
    return await database.lock(
      `realtime-url ${app} ${environment}`,
      (signal) => {
        isAlone = true;
        return act(signal);
      },
      { waitMs },
    );
  } catch (error) {
    if (isAlone || !isStorageError(error, "DATABASE_BUSY")) throw error;
    return otherwise();
  }
}
