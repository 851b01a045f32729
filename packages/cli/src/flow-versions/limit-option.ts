import type { Options, OptionSpec } from "../command.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 10_000;

/** How many entries of a list are shown. */
export const LIMIT_OPTION: OptionSpec = {
  flags: "--limit <count>",
  description: `how many to show, the newest first (default: ${DEFAULT_LIMIT})`,
};

/**
 * Returns as many entries of a list as {@link LIMIT_OPTION} says, asking for no page more than that needs.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export async function takeLimited<T>(
  items: AsyncIterable<T>,
  options: Options,
): Promise<readonly T[]> {
  const limit = options.integer("limit", { min: 1, max: MAX_LIMIT }) ?? DEFAULT_LIMIT;
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= limit) break;
  }
  return taken;
}
