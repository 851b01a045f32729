import { AppleApiError } from "../errors/index.ts";
import { LIMITS } from "./limits.ts";
import type { EnvironmentWorld } from "./world.ts";

/**
 * Sets where real-time requests go, over whatever was. Throws `BAD_REQUEST_REALTIME_URL` unless it is
 * an https URL of at most 256 characters, and in production `FORBIDDEN_NO_PASSING_TEST` until a
 * performance test has passed. How long a pass stays good, and whether another URL voids it, is
 * UNCONFIRMED; here it stays.
 */
export function configureRealtimeUrl(world: EnvironmentWorld, realtimeURL: string): void {
  if (
    !realtimeURL.startsWith("https://") ||
    realtimeURL.length > LIMITS.realtimeUrlCharacters ||
    !URL.canParse(realtimeURL)
  ) {
    throw new AppleApiError(
      "BAD_REQUEST_REALTIME_URL",
      `Expected https:// and at most ${LIMITS.realtimeUrlCharacters} characters.`,
    );
  }
  if (world.environment === "production" && world.app.performanceTestPassedAt === undefined) {
    throw new AppleApiError("FORBIDDEN_NO_PASSING_TEST");
  }
  world.realtimeUrl = realtimeURL;
}

/** Returns where real-time requests go; throws `REALTIME_URL_NOT_FOUND`. */
export function getRealtimeUrl({ realtimeUrl }: EnvironmentWorld): string {
  if (realtimeUrl === undefined) throw new AppleApiError("REALTIME_URL_NOT_FOUND");
  return realtimeUrl;
}

/** Ends real-time requests; does nothing when there are none. */
export function deleteRealtimeUrl(world: EnvironmentWorld): void {
  world.realtimeUrl = undefined;
}
