export { createJobRunner } from "./create-job-runner.ts";
export type { JobRunner, JobRunnerOptions } from "./create-job-runner.ts";
export type { JobContext, JobKind, JobReport } from "./job-kind.ts";
export { SYSTEM_TIMES } from "./job-times.ts";
export type { JobTimes } from "./job-times.ts";
export { retentionJob } from "./retention-job.ts";
export type { RetentionOptions } from "./retention-job.ts";
