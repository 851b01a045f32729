import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";

/**
 * Does something that Ctrl-C ends through the signal, between two of its steps.
 *
 * @throws CommandFailed `INTERRUPTED` in place of the signal's reason
 */
export async function endingOnInterruption<T>(
  io: Pick<Io, "signal">,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = io;
  try {
    return await heedingInterruption(io, () => act(signal));
  } catch (cause) {
    if (!signal.aborted || cause !== signal.reason) throw cause;
    throw new CommandFailed("INTERRUPTED", "stopped by Ctrl-C", { cause });
  }
}
