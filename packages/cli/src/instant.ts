import { UsageError } from "@holdfast/appstore/errors";

const INSTANT =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Returns a date (its first moment in UTC) or a time with a zone as milliseconds since 1970.
 *
 * @param name - what it is, for the error
 * @throws UsageError `OPTION_INVALID`
 */
export function parseInstant(text: string, name: string): number {
  const day = INSTANT.exec(text)?.groups?.["day"];
  const instant = day !== undefined && isRealDay(day) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  const example = "a date like 2026-12-01 or a time with its zone like 2026-12-01T09:00:00Z";
  throw new UsageError("OPTION_INVALID", `${name}: expected ${example}, got ${text}`);
}

/** The 30th of February would become a day in March. */
function isRealDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

/** Returns a time as people read it in lists: `2026-12-01 09:00:00Z`. */
export function sayInstant(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}
