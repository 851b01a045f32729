export { deploymentJobs } from "./deployment-jobs.ts";
export { failRestoredDeployments } from "./deployments.ts";
export { createDeploymentsFeature } from "./deployments-feature.ts";
export { DEPLOYMENT_TOPICS } from "./deployments-means.ts";
export type { DeploymentsMeans } from "./deployments-means.ts";
export { watchDeployments } from "./watch-deployments.ts";
export type { WatchDeploymentsOptions } from "./watch-deployments.ts";
