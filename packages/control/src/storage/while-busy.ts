import { isStorageError } from "./storage-error.ts";

/** How often it is tried where somebody waits for it: two transactions that met seldom meet a third time. */
const ATTEMPTS = 3;

/**
 * Does something again while it fails with DATABASE_BUSY, three times in all. What it does must leave nothing
 * behind where it throws, as a transaction does.
 *
 * @throws what it threw the last time; anything but DATABASE_BUSY at once
 */
export async function whileBusy<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === ATTEMPTS || !isStorageError(error, "DATABASE_BUSY")) throw error;
    }
  }
}
