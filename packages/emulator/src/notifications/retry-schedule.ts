import { emulatorError } from "../errors/index.ts";
import type { EnvironmentName } from "../world/index.ts";

const HOUR_MS = 60 * 60 * 1000;

/**
 * How long after an attempt failed Apple makes the next one, in hours: in production. In the sandbox
 * there is one attempt only.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/responding-to-app-store-server-notifications
 */
const RETRY_HOURS: Readonly<Record<EnvironmentName, readonly number[]>> = {
  production: [1, 12, 24, 48, 72],
  sandbox: [],
};

/**
 * Returns when to try again after `attempts` that all failed, the last one at `now` (milliseconds since
 * 1970); `undefined` when Apple has given up. An hour lasts `timeScale` hours.
 */
export function decideRetryAt(
  environment: EnvironmentName,
  attempts: number,
  { now, timeScale }: { readonly now: number; readonly timeScale: number },
): number | undefined {
  const hours = RETRY_HOURS[environment][attempts - 1];
  return hours === undefined ? undefined : now + hours * HOUR_MS * timeScale;
}

/** Returns the scale of time called `name`, by default 1; throws `OPTIONS_INVALID`. */
export function resolveTimeScale(timeScale = 1, name = "notificationTimeScale"): number {
  if (timeScale > 0 && timeScale <= 1) return timeScale;
  throw emulatorError(
    "OPTIONS_INVALID",
    `expected ${name} above 0 and at most 1, like 1/3600 for seconds instead of hours`,
  );
}
