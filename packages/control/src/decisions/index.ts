export { createDecisionsFeature } from "./decisions-feature.ts";
export { daysHeld } from "./days-held.ts";
export { decisionJobs, keptMsOf } from "./decision-jobs.ts";
export { lossesJob } from "./senders/losses-job.ts";
export type { DecisionsMeans } from "./decisions-means.ts";
export { eraseDecisionsOf } from "./erase-decisions.ts";
export { ingestDecisions } from "./ingest-decisions.ts";
export type { DecisionStream, IngestedDecisions, IngestMeans } from "./ingest-decisions.ts";
export { recentKnownShares } from "./known-shares.ts";
export {
  DECISION_COLUMNS as STORED_DECISION_COLUMNS,
  decisionDetailBody,
  decisionOf,
} from "./stored-decision.ts";
export type { DecisionDetailBody } from "./stored-decision.ts";
export { DAY_MS } from "./tally-decisions.ts";
