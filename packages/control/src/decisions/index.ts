export { createDecisionsFeature } from "./decisions-feature.ts";
export { decisionJobs, keptMsOf } from "./decision-jobs.ts";
export type { DecisionsMeans } from "./decisions-means.ts";
export { eraseDecisionsOf } from "./erase-decisions.ts";
export { ingestDecisions } from "./ingest-decisions.ts";
export type { DecisionStream, IngestedDecisions, IngestMeans } from "./ingest-decisions.ts";
export { recentKnownShares } from "./known-shares.ts";
