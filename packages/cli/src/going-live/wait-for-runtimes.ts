import type { CommandInput, ExitCode, Io, OptionSpec } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { parseDurationMs } from "../storekit/duration.ts";
import { awaitRuntimes, hasArrived } from "./await-runtimes.ts";
import type { Arrival } from "./await-runtimes.ts";
import type { Issued } from "./issued.ts";
import type { PlaceAtControl } from "./live-publication.ts";

const DEFAULT_TIMEOUT = "10s";

/** Whether, and how long, connected runtimes are waited for. */
export const RUNTIME_WAIT_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--no-wait",
    description:
      "do not wait until the connected runtimes answer by it and it is written for Workers",
  },
  {
    flags: "--timeout <duration>",
    description: `how long to wait for them (default: ${DEFAULT_TIMEOUT})`,
  },
];

/** Waits as long as it was asked for; returns how far something issued came. */
export type RuntimeWait = (place: PlaceAtControl, issued: Issued) => Promise<Arrival | undefined>;

/**
 * Reads {@link RUNTIME_WAIT_OPTIONS} before anything is done, and returns what waits as they say;
 * with `--no-wait` that returns undefined at once. After Ctrl-C it throws CommandFailed `INTERRUPTED`:
 * what was issued stays so.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readRuntimeWait({ options }: Pick<CommandInput, "options">, io: Io): RuntimeWait {
  const timeoutMs = parseDurationMs(options.text("timeout") ?? DEFAULT_TIMEOUT, "--timeout");
  if (!options.flag("wait")) return async () => undefined;
  return (place, issued) =>
    heedingInterruption(io, async () => {
      try {
        return await awaitRuntimes(place, { ...issued, timeoutMs }, io);
      } catch (cause) {
        if (!io.signal.aborted) throw cause;
        const advice = "it is issued, and runtimes take it by themselves: holdfast runtimes list";
        throw new CommandFailed("INTERRUPTED", "stopped waiting for runtimes", { advice, cause });
      }
    });
}

/** Returns 5 where a connected runtime does not answer by it yet, or it is not written for Workers. */
export function exitCodeOfArrivals(arrivals: readonly (Arrival | undefined)[]): ExitCode {
  return arrivals.every((arrival) => arrival === undefined || hasArrived(arrival)) ? 0 : 5;
}
