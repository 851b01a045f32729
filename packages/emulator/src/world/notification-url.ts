import { emulatorError } from "../errors/index.ts";
import type { EnvironmentWorld } from "./world.ts";

/**
 * Sets where App Store Server Notifications go, over whatever was. Throws `INPUT_INVALID` unless it is
 * an https URL: App Store Connect takes no other. A rule may lead it elsewhere, as with real-time
 * requests.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/enabling-app-store-server-notifications
 */
export function configureNotificationUrl(world: EnvironmentWorld, url: string): void {
  if (!url.startsWith("https://") || !URL.canParse(url)) {
    throw emulatorError(
      "INPUT_INVALID",
      "expected a URL with https://; to receive notifications on this machine, resolve it to a local address",
    );
  }
  world.notificationUrl = url;
}

/** Returns where notifications go, `undefined` when nowhere. */
export function getNotificationUrl({ notificationUrl }: EnvironmentWorld): string | undefined {
  return notificationUrl;
}

/** Ends notifications; does nothing when there are none. */
export function deleteNotificationUrl(world: EnvironmentWorld): void {
  world.notificationUrl = undefined;
}
