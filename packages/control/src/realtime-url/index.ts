export { createRealtimeUrlFeature } from "./realtime-url-feature.ts";
export { realtimeUrlJob } from "./realtime-url-job.ts";
export type { RealtimeUrlJobOptions } from "./realtime-url-job.ts";
export { REALTIME_URL_TOPIC } from "./realtime-url-means.ts";
export type { RealtimeUrlMeans } from "./realtime-url-means.ts";
