export type {
  NotificationFault,
  NotificationFaultInForce,
  NotificationFaults,
  NotificationFaultSelection,
} from "./notification-faults.ts";
export { isDelivered, type Notification, type NotificationAttempt } from "./notification.ts";
export { resolveTimeScale } from "./retry-schedule.ts";
export { createNotifications, type Notifications } from "./notifications.ts";
