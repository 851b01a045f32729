import type { Clock } from "../clock/clock.ts";
import { AppleApiError, emulatorError } from "../errors/index.ts";
import type { AppEnvironment } from "../world/index.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

/** How strict limits are. */
export interface RateLimitOptions {
  /** By what Apple's limits are multiplied; default 1. A limit is never less than one request. */
  readonly scale?: number;
}

/** What has been asked for, against what may be. */
export interface RateLimits {
  /** Counts a request; returns the refusal instead, which says when to try again, when it is one too many. */
  spend(operation: StorekitOperation, place: AppEnvironment): AppleApiError | undefined;
}

const HOUR_MS = 60 * 60 * 1000;
/** The sandbox's share of production's limits. */
const SANDBOX_SHARE = 0.1;

interface Window {
  readonly endsAt: number;
  spent: number;
}

/**
 * Returns Apple's limits: per app, environment and operation, counted by the hour. Whether Apple's
 * hour is the clock's, rolls, or begins with a first request is UNCONFIRMED; here it is the last.
 * Without options there are none. Throws `OPTIONS_INVALID`.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export function createRateLimits(clock: Clock, options?: RateLimitOptions): RateLimits {
  const { scale = 1 } = options ?? {};
  if (!(scale > 0)) {
    throw emulatorError("OPTIONS_INVALID", "expected the scale of rate limits to be above 0");
  }
  const windows = new Map<string, Window>();
  return {
    spend(operation, place) {
      if (options === undefined || operation.perHour === undefined) return undefined;
      const share = place.environment === "sandbox" ? SANDBOX_SHARE : 1;
      const limit = Math.max(1, Math.floor(operation.perHour * share * scale));
      const key = JSON.stringify([place.app, place.environment, operation.name]);
      const window = currentWindow(windows, key, clock.now());
      if (window.spent >= limit) {
        return new AppleApiError("RATE_LIMIT_EXCEEDED", undefined, { retryAt: window.endsAt });
      }
      window.spent += 1;
      return undefined;
    },
  };
}

function currentWindow(windows: Map<string, Window>, key: string, now: number): Window {
  const known = windows.get(key);
  if (known !== undefined && now < known.endsAt) return known;
  const begun = { endsAt: now + HOUR_MS, spent: 0 };
  windows.set(key, begun);
  return begun;
}
