import type { Options } from "../command.ts";
import { parseInstant } from "../instant.ts";

/** Returns the options that say which UTC days are counted: `usual` days back where nothing is said. */
export function daysOptions(usual: number) {
  return [
    {
      flags: "--from <day>",
      description: `the first day, like 2026-12-01 (default: ${usual} days ago)`,
    },
    { flags: "--to <day>", description: "the last day (default: today)" },
  ] as const;
}

/**
 * Returns the days as the API takes them.
 *
 * @throws UsageError `OPTION_INVALID`, as `parseInstant`
 */
export function readDays(options: Options): { readonly since?: number; readonly until?: number } {
  const [since, until] = [dayOf(options, "from"), dayOf(options, "to")];
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

function dayOf(options: Options, name: "from" | "to"): number | undefined {
  const text = options.text(name);
  return text === undefined ? undefined : parseInstant(text, `--${name}`);
}
