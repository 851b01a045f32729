import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";

/** A notification as the control plane lists it. */
export type Notification = RouteBody<typeof routes.listNotifications>["items"][number];

/** What the columns of notifications are called. */
export const NOTIFICATION_HEAD = [
  "Received",
  "Type",
  "Subtype",
  "Source",
  "Passed on",
  "Subscription",
];

/** Returns the cells of a notification under {@link NOTIFICATION_HEAD}. */
export function notificationRow(notification: Notification): readonly string[] {
  const { receivedAt, notificationType, source, pseudonym = "" } = notification;
  const { subtype = "", forwarding = "" } = notification;
  return [sayInstant(receivedAt), notificationType, subtype, source, forwarding, pseudonym];
}
