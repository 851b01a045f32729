import { UsageError } from "@holdfast/appstore/errors";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

const WHOLE = new RegExp(`^(?:${PART.source})+$`);

/** The longest a duration may be: a day. */
const MAX_MS = 24 * 3_600_000;

/**
 * Returns the milliseconds of a duration like `30s`, `1m30s` or `1h`; a number alone is seconds.
 *
 * @param name - what the duration is for, for the error
 * @throws UsageError `OPTION_INVALID`
 */
export function parseDurationMs(text: string, name: string): number {
  const ms = Math.round(readMs(text.trim()));
  if (ms > 0 && ms <= MAX_MS) return ms;
  throw new UsageError(
    "OPTION_INVALID",
    `${name}: expected a duration like 30s, 10m or 1h, at most 24h, got ${text}`,
  );
}

function readMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!WHOLE.test(text)) return Number.NaN;
  return [...text.matchAll(PART)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (UNIT_MS[unit] ?? Number.NaN),
    0,
  );
}

/** Returns a duration as people write it, like `1h`, `10m` or `1m 30s`; rounded to seconds. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`);
  return said.length === 0 ? "0s" : said.join(" ");
}
