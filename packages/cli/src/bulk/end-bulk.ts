import type { ExitCode } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import type { BulkResult } from "./run-bulk.ts";

/** How many of a long work did not end well. */
export interface BulkRemains {
  /** Refused, or failed on the way. */
  readonly failed: number;
  readonly notTried: number;
}

/**
 * Returns the exit code of a work whose result was printed: 1 where something did not get through.
 *
 * @throws CommandFailed `INTERRUPTED` when Ctrl-C ended it, with what to do
 */
export function endBulk(
  { stoppedBy }: Pick<BulkResult<never, never>, "stoppedBy">,
  { failed, notTried }: BulkRemains,
): ExitCode {
  if (stoppedBy?.code !== "REQUEST_ABORTED") return failed + notTried === 0 ? 0 : 1;
  throw new CommandFailed("INTERRUPTED", `stopped; ${notTried} were not tried any more`, {
    advice:
      "run the same command again: what is done does no harm, and is left out where that is known",
    cause: stoppedBy,
  });
}
