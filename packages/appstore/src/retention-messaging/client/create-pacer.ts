import { createHourlyPacer, isStoreKitBaseUrl } from "../../http/index.ts";
import type { ApiClock, ApiEnvironment, Pacer } from "../../http/index.ts";
import {
  CONFIGURE_DEFAULT_REQUESTS_PER_SECOND,
  REQUESTS_PER_SECOND,
  SANDBOX_RATE_SHARE,
} from "../limits.ts";
import { OPERATIONS } from "./operations.ts";

const SECONDS_PER_HOUR = 3600;

/**
 * Returns how many calls of an operation Apple allows an app in an hour: 3,600, Configure Default
 * Message 36,000, and a tenth of it in the sandbox. INFERRED from the documented rates per second,
 * which Apple enforces per hour.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export function callsPerHour(environment: ApiEnvironment, operation: string): number {
  const perSecond =
    operation === OPERATIONS.configureDefaultMessage
      ? CONFIGURE_DEFAULT_REQUESTS_PER_SECOND
      : REQUESTS_PER_SECOND;
  const share = environment === "sandbox" ? SANDBOX_RATE_SHARE : 1;
  return Math.round(perSecond * SECONDS_PER_HOUR * share);
}

/** When calls are paced; `auto` is where Apple's own limits hold: at Apple's hosts. */
export type Pacing = "auto" | "on" | "off";

/** Returns a pacer with Apple's limits, or undefined where calls are not to be paced. */
export function createPacer(
  pacing: Pacing,
  place: {
    readonly environment: ApiEnvironment;
    readonly baseUrl: string;
    readonly clock: ApiClock;
  },
): Pacer | undefined {
  const { environment, baseUrl, clock } = place;
  const isOn = pacing === "auto" ? isStoreKitBaseUrl(baseUrl) : pacing === "on";
  if (!isOn) return undefined;
  return createHourlyPacer({ clock, limitPerHour: (name) => callsPerHour(environment, name) });
}
