export { bundleWorker } from "./bundle-worker.ts";
export type { WorkerBundle } from "./bundle-worker.ts";
export { checkWorkerBundle } from "./check-worker-bundle.ts";
export { startWorkerd } from "./start-workerd.ts";
export type { RunningWorkerd, WorkerdOptions } from "./start-workerd.ts";
export type {
  CronTime,
  QueuedMessage,
  TriggerOutcome,
  WorkerdTriggers,
} from "./workerd-triggers.ts";
