export { conditionsJob } from "./conditions-job.ts";
export type { ConditionsJobOptions } from "./conditions-job.ts";
export type { FallbackLimits } from "./find/fallback-rate.ts";
export type { SilenceLimits } from "./find/apple-silent.ts";
export { createHealthFeature } from "./health-feature.ts";
export type { HealthFeatureOptions } from "./health-feature.ts";
