import type { Notification, NotificationFaults, Notifications } from "../notifications/index.ts";
import {
  type AppEnvironment,
  configureNotificationUrl,
  deleteNotificationUrl,
  type EnvironmentName,
  ENVIRONMENTS,
  findEnvironment,
  getNotificationUrl,
  type World,
} from "../world/index.ts";

/** App Store Server Notifications. Each throws `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`. */
export interface NotificationOperations {
  /** Sets where notifications go; throws `INPUT_INVALID` unless it is https. */
  configureNotificationUrl(place: AppEnvironment, url: string): void;
  /** Returns where notifications go; `undefined` when nowhere. */
  getNotificationUrl(place: AppEnvironment): string | undefined;
  deleteNotificationUrl(place: AppEnvironment): void;
  /** Returns all there were while there was a URL, oldest first, with every attempt. */
  notifications(place: AppEnvironment): readonly Notification[];
  /** Sends a TEST notification; returns its token. Throws `SERVER_NOTIFICATION_URL_NOT_FOUND`. */
  sendTestNotification(place: AppEnvironment): Promise<string>;
  /** What goes wrong with notifications on purpose: delays, reordering, repeats, losses. */
  readonly notificationFaults: Pick<NotificationFaults, "set" | "list" | "clear">;
  /** Resolves when no notification is due now; those that wait for another attempt go on waiting. */
  notificationsIdle(): Promise<void>;
}

/** Sets URLs by app and environment. Throws `APP_UNKNOWN`, `INPUT_INVALID`. */
export function setNotificationUrls(
  world: World,
  urls: Readonly<Record<string, Partial<Record<EnvironmentName, string>>>>,
): void {
  for (const [app, byEnvironment] of Object.entries(urls)) {
    for (const environment of ENVIRONMENTS) {
      const url = byEnvironment[environment];
      const there = findEnvironment(world, { app, environment });
      if (url !== undefined) configureNotificationUrl(there, url);
    }
  }
}

/** Returns the operations; `changed` is called after each change of the world. */
export function createNotificationOperations(
  world: World,
  notifications: Notifications,
  changed: () => void,
): NotificationOperations {
  return {
    configureNotificationUrl(place, url) {
      configureNotificationUrl(findEnvironment(world, place), url);
      changed();
    },
    getNotificationUrl: (place) => getNotificationUrl(findEnvironment(world, place)),
    deleteNotificationUrl(place) {
      deleteNotificationUrl(findEnvironment(world, place));
      changed();
    },
    notificationFaults: notifications.faults,
    notifications: (place) => notifications.list(place),
    sendTestNotification: async (place) => notifications.sendTest(place),
    notificationsIdle: async () => notifications.idle(),
  };
}
