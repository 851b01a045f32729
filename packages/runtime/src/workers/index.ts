export { createWorker } from "./create-worker.ts";
export type { Worker } from "./create-worker.ts";
export type {
  ExecutionContext,
  KvNamespace,
  QueueBatch,
  QueueMessage,
  QueueProducer,
  WorkerEnv,
} from "./platform.ts";
export type { WorkerApp, WorkerConfig, WorkerEnvironment } from "./worker-config.ts";
