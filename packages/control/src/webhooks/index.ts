export { isPublicAddress } from "./public-address.ts";
export { postEvent } from "./post-event.ts";
export type { PostMeans, PostResult } from "./post-event.ts";
export { webhookJobs } from "./webhook-jobs.ts";
export type { WebhookJobsOptions } from "./webhook-jobs.ts";
export { createWebhooksFeature } from "./webhooks-feature.ts";
export type { WebhooksFeatureOptions } from "./webhooks-options.ts";
export { describeUrlProblem } from "./webhook-url.ts";
export type { WebhookReach } from "./webhook-url.ts";
