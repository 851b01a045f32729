import { CodedError } from "@holdfast/appstore/errors";
import type { ClaimedJob, Database, JobSettlement } from "../storage/index.ts";
import { settleJob } from "../storage/index.ts";
import type { JobKind, JobReport } from "./job-kind.ts";
import type { JobTimes } from "./job-times.ts";
import { keepLease } from "./keep-lease.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** What running a job needs. */
export interface RunJobOptions {
  readonly database: Database;
  readonly kind: JobKind;
  readonly times: JobTimes;
  /** How long the claim lasts, ms; extended while the job runs. */
  readonly leaseMs: number;
  /** Aborts when this process stops. */
  readonly stopping: AbortSignal;
}

/** Why a job failed that nobody saw failing: each time, its process died or lost its lease. */
const NEVER_ENDED = "JOB_NEVER_ENDED";

/**
 * Runs a claimed job, keeps its lease meanwhile, and writes down how it ended. Rejects only when that
 * could not be written; the lease then runs out, and the job is tried again.
 */
export async function runJob(job: ClaimedJob, options: RunJobOptions): Promise<JobReport> {
  const { database, kind, times } = options;
  const startedAt = times.now();
  const error = await attempt(job, options);
  const { result, settlement } = decideEnd(job, error, options);
  const held = await settleJob(database.queries, job, settlement);
  return {
    kind: kind.name,
    id: job.id,
    attempt: job.attempts,
    result: held ? result : "lost",
    ...(error === undefined ? {} : { error }),
    durationMs: times.now() - startedAt,
  };
}

/** Returns the code of what went wrong; `undefined` when nothing did. */
async function attempt(job: ClaimedJob, options: RunJobOptions): Promise<string | undefined> {
  if (job.attempts > job.maxAttempts) return NEVER_ENDED;
  const lost = new AbortController();
  const ended = new AbortController();
  const lease = keepLease(job, {
    ...options,
    signal: ended.signal,
    onLost: () => {
      lost.abort();
    },
  });
  try {
    await options.kind.run({
      id: job.id,
      payload: job.payload,
      attempt: job.attempts,
      signal: AbortSignal.any([options.stopping, lost.signal]),
    });
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    ended.abort();
    await lease;
  }
}

interface JobEnd {
  readonly result: JobReport["result"];
  readonly settlement: JobSettlement;
}

function decideEnd(job: ClaimedJob, error: string | undefined, options: RunJobOptions): JobEnd {
  const { kind, times, stopping } = options;
  const now = times.now();
  const next = kind.everyMs === undefined ? undefined : now + kind.everyMs;
  if (error === undefined) {
    return {
      result: "done",
      settlement:
        next === undefined ? { to: "done", at: now } : { to: "repeat", dueAt: next, error: null },
    };
  }
  if (stopping.aborted) {
    return { result: "released", settlement: { to: "released", dueAt: now } };
  }
  if (job.attempts < job.maxAttempts) {
    const dueAt = now + retryDelayMs(job.attempts, times.random());
    return { result: "retried", settlement: { to: "retry", dueAt, error } };
  }
  return {
    result: "failed",
    settlement:
      next === undefined ? { to: "failed", at: now, error } : { to: "repeat", dueAt: next, error },
  };
}

/** Messages of unknown errors can hold anything; codes and classes hold nothing. */
function codeOf(error: unknown): string {
  if (error instanceof CodedError) return String(error.code);
  return error instanceof Error ? error.name : typeof error;
}
