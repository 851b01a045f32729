import { UsageError } from "@holdfast/appstore/errors";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The milliseconds of what a window's length is counted in. */
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["m", MINUTE_MS],
  ["h", HOUR_MS],
  ["d", 24 * HOUR_MS],
]);

const LENGTH = /^(\d{1,4})([mhd])$/;

/**
 * Returns the milliseconds of a window's length like `30m`, `24h` or `7d`, a minute to 30 days.
 *
 * @throws UsageError `WINDOW_INVALID`
 */
export function parseWindowMs(text: string): number {
  const [, amount, unit = ""] = LENGTH.exec(text.trim()) ?? [];
  const ms = Number(amount) * (UNIT_MS.get(unit) ?? Number.NaN);
  if (ms >= MINUTE_MS && ms <= 30 * 24 * HOUR_MS) return ms;
  throw new UsageError(
    "WINDOW_INVALID",
    `expected the window's length in minutes, hours or days, like 30m, 24h or 7d, from 1m to 30d, got ${text}`,
  );
}

/** Returns a window's length as people write it, like `24h` or `7d`. */
export function sayWindow(ms: number): string {
  if (ms % HOUR_MS !== 0) return `${Math.round(ms / MINUTE_MS)}m`;
  const hours = ms / HOUR_MS;
  return hours > 24 && hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
}
