export { forwardJob } from "./forwarding/forward-job.ts";
export type { ForwardJobOptions } from "./forwarding/forward-job.ts";
export { historyJob } from "./history/history-job.ts";
export type { HistoryJobOptions } from "./history/history-job.ts";
export { createNotificationIntake } from "./intake.ts";
export type {
  IncomingNotification,
  NotificationIntake,
  NotificationIntakeOptions,
} from "./intake.ts";
export { nodeEcdsa } from "./node-ecdsa.ts";
export { createNotificationsFeature } from "./notifications-feature.ts";
export type { NotificationsFeatureOptions } from "./notifications-feature.ts";
export { eraseNotificationsOf } from "./prune-notifications.ts";
export { notificationRetentionJob } from "./retention-job.ts";
