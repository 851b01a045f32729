import { UsageError } from "@holdfast/appstore/errors";
import type { ClaimedJob, Database, IdSource } from "../storage/index.ts";
import { claimJob, createIdSource, enqueueJob } from "../storage/index.ts";
import type { JobKind, JobReport } from "./job-kind.ts";
import { SYSTEM_TIMES } from "./job-times.ts";
import type { JobTimes } from "./job-times.ts";
import { SCHEDULE_KEY } from "./recurring-jobs.ts";
import { runJob } from "./run-job.ts";

/** How a runner works. */
export interface JobRunnerOptions {
  readonly database: Database;
  /** What this process can do; jobs of other kinds are left to other processes. */
  readonly kinds: readonly JobKind[];
  /** How many jobs run at the same time; default 4. */
  readonly concurrency?: number;
  /** How often to look for due jobs when there were none, ms; default 1,000. */
  readonly pollMs?: number;
  /** How long a job is this process's without a sign of life, ms; default 60,000. */
  readonly leaseMs?: number;
  /** How long {@link JobRunner.stop} waits for running jobs, ms; default 10,000. */
  readonly graceMs?: number;
  readonly times?: JobTimes;
  readonly ids?: IdSource;
  /** Called after each run. Must not throw. */
  readonly onReport?: (report: JobReport) => void;
  /** Called when jobs could not be claimed or a run not be written down; both are tried again. */
  readonly onProblem?: (error: unknown) => void;
}

/** Does jobs as they become due. */
export interface JobRunner {
  /** Sees to the schedules of the kinds and begins, once. Throws what the database throws. */
  start(): Promise<void>;
  /**
   * Claims no more, aborts the signal of running jobs, and resolves when they have ended. Who ends with
   * an error gives the job back, for another process at once; who does not end in time keeps it until
   * its lease runs out.
   */
  stop(): Promise<void>;
}

/**
 * Returns a runner. Any number of them may share a database, in one process or many: each job runs in
 * one of them.
 *
 * Throws UsageError JOB_KIND_TWICE when two kinds have the same name.
 */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { database, concurrency = 4, pollMs = 1000, leaseMs = 60_000, graceMs = 10_000 } = options;
  const { times = SYSTEM_TIMES, ids = createIdSource() } = options;
  const report = options.onReport ?? (() => undefined);
  const problem = options.onProblem ?? (() => undefined);
  const kinds = byName(options.kinds);
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let loop = Promise.resolve();

  async function claim(): Promise<ClaimedJob | undefined> {
    try {
      const names = [...kinds.keys()];
      return await claimJob(database, { kinds: names, lease: ids(), now: times.now(), leaseMs });
    } catch (error) {
      problem(error);
      return undefined;
    }
  }

  async function run(job: ClaimedJob): Promise<void> {
    const kind = kinds.get(job.kind);
    if (kind === undefined) return;
    try {
      const { signal } = stopping;
      report(await runJob(job, { database, kind, times, leaseMs, stopping: signal }));
    } catch (error) {
      problem(error);
    }
  }

  function begin(job: ClaimedJob): void {
    const run_ = run(job).finally(() => running.delete(run_));
    running.add(run_);
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const job = await claim();
      if (job === undefined) await times.wait(pollMs, stopping.signal);
      else begin(job);
      if (running.size >= concurrency) await Promise.race(running);
    }
    await Promise.all(running);
  }

  return {
    async start() {
      for (const kind of kinds.values()) await schedule(kind, { database, times, ids });
      loop = work();
    },
    async stop() {
      stopping.abort();
      const ended = new AbortController();
      await Promise.race([loop, times.wait(graceMs, ended.signal)]);
      ended.abort();
    },
  };
}

function byName(kinds: readonly JobKind[]): ReadonlyMap<string, JobKind> {
  const named = new Map(kinds.map((kind) => [kind.name, kind]));
  if (named.size === kinds.length) return named;
  throw new UsageError("JOB_KIND_TWICE", "expected every kind of job to have a name of its own");
}

/** Makes the job of a schedule, or brings it forward when the schedule has become tighter. */
async function schedule(
  { name, everyMs }: JobKind,
  { database, times, ids }: Required<Pick<JobRunnerOptions, "database" | "times" | "ids">>,
): Promise<void> {
  if (everyMs === undefined) return;
  const now = times.now();
  await database.transaction(async (transaction) => {
    const job = { id: ids(), kind: name, key: SCHEDULE_KEY, payload: null, dueAt: now, now };
    if (await enqueueJob(transaction, job)) return;
    await transaction.queries
      .updateTable("jobs")
      .set({ due_at: now + everyMs })
      .where("kind", "=", name)
      .where("key", "=", SCHEDULE_KEY)
      .where("finished_at", "is", null)
      .where("lease", "is", null)
      .where("due_at", ">", now + everyMs)
      .execute();
  });
}
