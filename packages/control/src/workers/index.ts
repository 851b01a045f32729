export { createTargetClients } from "./target-clients.ts";
export type { TargetClients } from "./target-clients.ts";
export { watchWorkers, WORKERS_TOPICS } from "./watch-workers.ts";
export { createWorkersFeature } from "./workers-feature.ts";
export { workersJobs } from "./workers-jobs.ts";
export type { WorkersMeans } from "./workers-means.ts";
