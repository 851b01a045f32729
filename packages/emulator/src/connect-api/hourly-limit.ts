import type { Clock } from "../clock/clock.ts";
import { emulatorError } from "../errors/index.ts";

/**
 * How many requests a key may make in an hour unless told otherwise; Apple's example of the header has
 * this number, and says that it varies.
 */
const DEFAULT_LIMIT = 3500;

const HOUR_MS = 60 * 60 * 1000;

/** How many requests a key may still make in this hour. */
export interface HourlyLimit {
  /** Counts a request of `key`, unless there were enough in the last hour; tells whether it may be. */
  spend(key: string): boolean;
  /** Returns Apple's `X-Rate-Limit` header for `key`. */
  header(key: string): string;
  /** Allows so many from now on; `Infinity` refuses none. Throws `INPUT_INVALID`. */
  set(limit: number): void;
}

/** Returns a limit in a rolling hour by `clock`; throws `INPUT_INVALID` for a limit that is none. */
export function createHourlyLimit(clock: Clock, initial = DEFAULT_LIMIT): HourlyLimit {
  let limit = assertLimit(initial);
  const spent = new Map<string, readonly number[]>();
  const recent = (key: string) => {
    const since = clock.now() - HOUR_MS;
    return (spent.get(key) ?? []).filter((at) => at > since);
  };
  return {
    spend(key) {
      const times = recent(key);
      const may = times.length < limit;
      spent.set(key, may ? [...times, clock.now()] : times);
      return may;
    },
    header(key) {
      // The header has room for numbers only.
      const told = Number.isFinite(limit) ? limit : Number.MAX_SAFE_INTEGER;
      return `user-hour-lim:${told};user-hour-rem:${Math.max(0, told - recent(key).length)};`;
    },
    set(next) {
      limit = assertLimit(next);
    },
  };
}

function assertLimit(limit: number): number {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 0)) return limit;
  throw emulatorError("INPUT_INVALID", "expected the hourly limit to be a whole number from 0");
}
