import { emulatorError } from "../errors/index.ts";

/** A duration as subscriptions have them: a number of one unit. */
interface Period {
  readonly count: number;
  readonly unit: "D" | "W" | "M" | "Y";
}

const PERIOD = /^P(?<count>[1-9]\d?)(?<unit>[DWMY])$/v;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days, about, by which lengths are compared. */
const DAYS = { D: 1, W: 7, M: 365 / 12, Y: 365 } as const;

/** Tells whether `text` is a number of days, weeks, months or years, like `P1M`. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}

/**
 * Returns `date` (milliseconds since 1970) moved ahead by `times` periods, back when negative. Months
 * and years go by the calendar in UTC; a day the month lacks becomes its last one. Throws
 * `OPTIONS_INVALID` for anything but a number of days, weeks, months or years.
 */
export function addPeriod(date: number, period: string, times = 1): number {
  const { count, unit } = parsePeriod(period);
  if (unit === "D" || unit === "W") return date + count * times * DAYS[unit] * DAY_MS;
  return addMonths(date, count * times * (unit === "Y" ? 12 : 1));
}

/**
 * Returns when a period that begins at `date` (milliseconds since 1970) ends. At the `timeScale` 1 that goes by
 * the calendar; at any other a day lasts so many days, and months and years have about as many days as usual.
 * Throws `OPTIONS_INVALID`.
 */
export function periodEnd(date: number, period: string, timeScale = 1): number {
  if (timeScale === 1) return addPeriod(date, period);
  // Never no time at all: what renews would renew for ever.
  return date + Math.max(1, Math.round(periodDays(period) * DAY_MS * timeScale));
}

/** Returns how often `part` fits into `whole`, at least once; throws `OPTIONS_INVALID`. */
export function countPeriods(whole: string, part: string): number {
  return Math.max(1, Math.round(periodDays(whole) / periodDays(part)));
}

/** Returns how many days a period has, about; throws `OPTIONS_INVALID`. */
export function periodDays(period: string): number {
  const { count, unit } = parsePeriod(period);
  return count * DAYS[unit];
}

function parsePeriod(period: string): Period {
  const { count, unit } = PERIOD.exec(period)?.groups ?? {};
  if (unit === "D" || unit === "W" || unit === "M" || unit === "Y") {
    return { count: Number(count), unit };
  }
  throw emulatorError("OPTIONS_INVALID", `expected a period like P1M, got ${period}`);
}

function addMonths(date: number, months: number): number {
  const moved = new Date(date);
  const day = moved.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0));
  moved.setUTCDate(Math.min(day, lastDay.getUTCDate()));
  return moved.getTime();
}
