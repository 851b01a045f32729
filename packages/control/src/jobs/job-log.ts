import type { Logger } from "pino";
import type { JobReport } from "./job-kind.ts";

/**
 * Writes one structured line a run of a job. One that failed is an error, one that is tried again a
 * warning; those that went well, hundreds an hour, are for debugging.
 */
export function logJob(logger: Logger, { kind, id, ...report }: JobReport): void {
  const { attempt, result, error, durationMs } = report;
  const fields = { job: kind, id, attempt, result, error, durationMs };
  if (result === "failed") logger.error(fields, "job failed");
  else if (result === "retried" || result === "lost") logger.warn(fields, `job ${result}`);
  else logger.debug(fields, `job ${result}`);
}
