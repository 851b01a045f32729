export { createFlowsFeature, deleteFlowsOfApp } from "./flows-feature.ts";
export type { FlowsFeatureOptions } from "./flows-feature-options.ts";
export { databaseFacts } from "./database-facts.ts";
export type { FlowFacts, FlowMeans } from "./flow-means.ts";
export { newestDocument } from "./newest-document.ts";
