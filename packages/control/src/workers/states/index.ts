export { markStates } from "./mark-states.ts";
export { clearStatesJob } from "./clear-states-job.ts";
export { workerStatesJob } from "./states-job.ts";
export { readStatesProgress } from "./states-progress.ts";
export { WORKER_STATE_TABLES } from "./tables-of-apps.ts";
