import { UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec, Options } from "../command.ts";
import { readList } from "./request-options.ts";
import { SUBSCRIPTION_STATUSES } from "./say-values.ts";

/** How subscriptions may stand to be shown. */
export const STATUS_OPTION: OptionSpec = {
  flags: "--status <status>",
  description: `only these: ${Object.entries(SUBSCRIPTION_STATUSES)
    .map(([number, name]) => `${number} or ${name.toLowerCase()}`)
    .join(", ")}; may come more than once, or with commas`,
  repeatable: true,
};

/**
 * Returns Apple's numbers of {@link STATUS_OPTION}.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readStatuses(options: Options): readonly number[] {
  return readList(options, "status").map(parseStatus);
}

function parseStatus(text: string): number {
  const name = text.toUpperCase().replaceAll("-", "_");
  for (const [number, known] of Object.entries(SUBSCRIPTION_STATUSES)) {
    if (text === number || name === known) return Number(number);
  }
  const names = Object.values(SUBSCRIPTION_STATUSES).map((known) => known.toLowerCase());
  throw new UsageError(
    "OPTION_INVALID",
    `--status: expected 1 to 5, or ${names.join(", ")}; got ${text}`,
  );
}
