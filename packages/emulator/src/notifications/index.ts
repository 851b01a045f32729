export { isDelivered, type Notification, type NotificationAttempt } from "./notification.ts";
export { createNotifications, type Notifications } from "./notifications.ts";
