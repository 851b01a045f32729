export { createDistributionFeature } from "./distribution-feature.ts";
export type { DistributionFeatureOptions } from "./distribution-feature.ts";
export { readLiveValue, readSignedStopList } from "./live-values.ts";
export { forgetRuntimesJob } from "./runtimes.ts";
export { WATCHED_TOPICS } from "./watch-snapshots.ts";
