import { DEFAULT_ROLLBACK_WINDOW_MS, MAX_ROLLBACK_WINDOW_MS } from "@holdfast/provisioning";
import type { OptionSpec, Options } from "../command.ts";
import { CATALOG_OPTION, STRICT_OPTION } from "../flow-options.ts";
import { STOREKIT_OPTIONS } from "../storekit/storekit-options.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS = DEFAULT_ROLLBACK_WINDOW_MS / DAY_MS;
const MAX_DAYS = MAX_ROLLBACK_WINDOW_MS / DAY_MS;

/** Where what Apple cannot be asked for is remembered. */
export const STATE_OPTION: OptionSpec = {
  flags: "--state <file>",
  description:
    "what is remembered between runs (default: .holdfast/provisioning/<app>.<environment>.json)",
};

/** Whether default messages are read from Apple. */
export const REFRESH_OPTION: OptionSpec = {
  flags: "--refresh",
  description:
    "ask Apple for each default message again: one request for each product and locale, 360 an hour in the sandbox; goes on where it was ended",
};

/** What `plan`, `apply` and `deploy` take. */
export const PROVISIONING_OPTIONS: readonly OptionSpec[] = [
  ...STOREKIT_OPTIONS,
  CATALOG_OPTION,
  STRICT_OPTION,
  STATE_OPTION,
  REFRESH_OPTION,
  {
    flags: "--rollback-window <days>",
    description: `for how long what was in use is not pruned (default: ${DEFAULT_DAYS}; 0 to ${MAX_DAYS})`,
  },
];

/**
 * Returns the rollback window in milliseconds.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function rollbackWindowMsOf(options: Options): number {
  const days = options.integer("rollback-window", { min: 0, max: MAX_DAYS });
  return (days ?? DEFAULT_DAYS) * DAY_MS;
}
