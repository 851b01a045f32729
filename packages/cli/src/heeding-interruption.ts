import type { Io } from "./command.ts";

/**
 * Does something that looks at the signal itself: while somebody listens, Ctrl-C does not end the
 * process at once, and what was done can still be told.
 */
export async function heedingInterruption<T>(
  { signal }: Pick<Io, "signal">,
  act: () => Promise<T>,
): Promise<T> {
  const listening = new AbortController();
  signal.addEventListener("abort", () => listening.abort(), { signal: listening.signal });
  try {
    return await act();
  } finally {
    listening.abort();
  }
}
