const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Returns how long to wait after failure `failures` (1, 2, 3 …) in a row, in ms: half a second, doubled
 * each time, at most half a minute, and of that a random half to whole, so that runtimes that lost control
 * together do not come back together.
 *
 * @param random - from 0 up to, not including, 1
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}
