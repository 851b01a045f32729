export { eraseWantedOf } from "./erase-wanted.ts";
export { createStatusesFeature } from "./statuses-feature.ts";
export { statusesJobs } from "./statuses-jobs.ts";
export type { StatusSettings } from "./statuses-means.ts";
export { wantStatuses } from "./want-statuses.ts";
export { wantUnknown } from "./want-unknown.ts";
