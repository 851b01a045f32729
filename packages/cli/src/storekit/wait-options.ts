import { UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec, Options } from "../command.ts";
import { parseDurationMs, sayDuration } from "./duration.ts";

/** Apple's sandbox allows a tenth of a request a second, and so one in ten seconds. */
const MIN_INTERVAL_MS = 10_000;

/** How long and how often something is looked at. */
export interface WaitTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Defaults and bounds of {@link waitOptions}. */
export interface WaitDefaults {
  readonly interval: string;
  readonly timeout: string;
  /** The longest timeout. */
  readonly maxTimeoutMs: number;
}

/** Returns `--interval` and `--timeout`. */
export function waitOptions({ interval, timeout, maxTimeoutMs }: WaitDefaults): OptionSpec[] {
  return [
    {
      flags: "--interval <duration>",
      description: `how often to look, ${sayDuration(MIN_INTERVAL_MS)} at least (default: ${interval})`,
    },
    {
      flags: "--timeout <duration>",
      description: `how long to wait, at most ${sayDuration(maxTimeoutMs)} (default: ${timeout})`,
    },
  ];
}

/**
 * Reads {@link waitOptions}.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readWaitTimes(options: Options, defaults: WaitDefaults): WaitTimes {
  const intervalMs = parseDurationMs(options.text("interval") ?? defaults.interval, "--interval");
  const timeoutMs = parseDurationMs(options.text("timeout") ?? defaults.timeout, "--timeout");
  if (intervalMs < MIN_INTERVAL_MS) {
    throw new UsageError(
      "OPTION_INVALID",
      `--interval: expected at least ${sayDuration(MIN_INTERVAL_MS)}, for Apple's sandbox allows no more`,
    );
  }
  if (timeoutMs > defaults.maxTimeoutMs) {
    throw new UsageError(
      "OPTION_INVALID",
      `--timeout: expected at most ${sayDuration(defaults.maxTimeoutMs)}`,
    );
  }
  return { intervalMs, timeoutMs };
}
