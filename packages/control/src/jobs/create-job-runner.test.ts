import { describe, expect, onTestFinished, test } from "vitest";
import { UpstreamError } from "@holdfast/appstore/errors";
import type { Database, NewJob } from "../storage/index.ts";
import { claimJob, createIdSource, enqueueJob } from "../storage/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { createJobRunner } from "./create-job-runner.ts";
import type { JobRunner, JobRunnerOptions } from "./create-job-runner.ts";
import type { JobContext, JobKind, JobReport } from "./job-kind.ts";
import { createManualTimes } from "./testing/manual-times.ts";
import type { ManualTimes } from "./testing/manual-times.ts";

const ids = createIdSource();
const POLL_MS = 1000;
const LEASE_MS = 60_000;

interface Setting {
  readonly runner: JobRunner;
  readonly times: ManualTimes;
  readonly reports: Reports;
  readonly problems: readonly unknown[];
}

interface Reports {
  readonly all: readonly JobReport[];
  readonly add: (report: JobReport) => void;
  /** Resolves when there are so many. */
  until(count: number): Promise<void>;
}

function createReports(): Reports {
  const all: JobReport[] = [];
  let added = Promise.withResolvers<undefined>();
  return {
    all,
    add(report) {
      all.push(report);
      added.resolve(undefined);
      added = Promise.withResolvers();
    },
    async until(count) {
      while (all.length < count) await added.promise;
    },
  };
}

interface RunnerSetup extends Partial<JobRunnerOptions> {
  readonly times?: ManualTimes;
  readonly reports?: Reports;
}

/** Makes a runner that has not started, with a clock and reports of its own unless they are given. */
function runnerOn(
  database: Database,
  kinds: readonly JobKind[],
  { times = createManualTimes(), reports = createReports(), ...options }: RunnerSetup = {},
): Setting {
  const problems: unknown[] = [];
  const runner = createJobRunner({
    database,
    kinds,
    times,
    onReport: reports.add,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => {
    void runner.stop();
  });
  return { runner, times, reports, problems };
}

function enqueue(database: Database, job: Partial<NewJob> = {}): Promise<boolean> {
  return database.transaction((transaction) =>
    enqueueJob(transaction, { id: ids(), kind: "k", payload: null, dueAt: 0, now: 0, ...job }),
  );
}

/** A kind that fails at every turn of its schedule. */
function failing(everyMs: number): JobKind {
  return { name: "s", everyMs, run: () => Promise.reject(new UpstreamError("NO", "no")) };
}

async function jobsIn({ queries }: Database) {
  return queries
    .selectFrom("jobs")
    .select(["kind", "due_at", "attempts", "last_error", "outcome", "lease"])
    .orderBy("id")
    .execute();
}

/** A kind whose runs are taken one by one by the test. */
function controlledKind(name = "k") {
  const calls: { readonly context: JobContext; readonly end: PromiseWithResolvers<undefined> }[] =
    [];
  let arrived = Promise.withResolvers<undefined>();
  const kind: JobKind = {
    name,
    async run(context) {
      const end = Promise.withResolvers<undefined>();
      calls.push({ context, end });
      arrived.resolve(undefined);
      await end.promise;
    },
  };
  async function next() {
    while (calls.length === 0) {
      await arrived.promise;
      arrived = Promise.withResolvers<undefined>();
    }
    const call = calls.shift();
    if (call === undefined) throw new Error("expected a run");
    return call;
  }
  return { kind, next };
}

describe.each(await engines())("on $name", (engine) => {
  test("createJobRunner() runs a due job once and finishes it", async () => {
    const database = await openTestDatabase(engine);
    const seen: unknown[] = [];
    const run = async ({ id, payload, attempt }: JobContext) =>
      void seen.push({ id, payload, attempt });
    const { runner, reports, times } = runnerOn(database, [{ name: "k", run }]);
    await enqueue(database, { id: "one", payload: { a: 1 } });
    await enqueue(database, { id: "other", kind: "not ours" });
    await runner.start();
    await reports.until(1);
    await times.untilWaiting(POLL_MS);
    times.advance(POLL_MS);
    await times.untilWaiting(POLL_MS);
    expect(seen).toEqual([{ id: "one", payload: { a: 1 }, attempt: 1 }]);
    expect(reports.all).toEqual([
      { kind: "k", id: "one", attempt: 1, result: "done", durationMs: 0 },
    ]);
    await expect(jobsIn(database)).resolves.toMatchObject([
      { outcome: "done", lease: null },
      { kind: "not ours", outcome: null, attempts: 0 },
    ]);
  });

  test("createJobRunner() tries a failed job again later, with its code, and gives up in the end", async () => {
    const database = await openTestDatabase(engine);
    const attempts: number[] = [];
    const { runner, reports, times } = runnerOn(database, [
      {
        name: "k",
        async run({ attempt }) {
          attempts.push(attempt);
          throw attempt === 1 ? new UpstreamError("APPLE_SAID_NO", "no") : new TypeError("secret");
        },
      },
    ]);
    await enqueue(database, { maxAttempts: 3 });
    await runner.start();
    await reports.until(1);
    await expect(jobsIn(database)).resolves.toMatchObject([
      { due_at: times.now() + 500, last_error: "APPLE_SAID_NO", lease: null },
    ]);
    for (const tried of [2, 3]) {
      await times.untilWaiting(POLL_MS);
      times.advance(POLL_MS);
      await reports.until(tried);
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect(reports.all.map(({ result, error }) => [result, error])).toEqual([
      ["retried", "APPLE_SAID_NO"],
      ["retried", "TypeError"],
      ["failed", "TypeError"],
    ]);
    await expect(jobsIn(database)).resolves.toMatchObject([
      { outcome: "failed", last_error: "TypeError" },
    ]);
  });

  test("createJobRunner() runs a kind on its schedule, over several runners once each time", async () => {
    const database = await openTestDatabase(engine);
    const [times, reports] = [createManualTimes(), createReports()];
    const at: number[] = [];
    const kind: JobKind = {
      name: "hourly",
      everyMs: 3_600_000,
      run: async () => void at.push(times.now()),
    };
    const [first, second] = [0, 1].map(() => runnerOn(database, [kind], { times, reports }).runner);
    await Promise.all([first?.start(), second?.start()]);
    await reports.until(1);
    const start = times.now();
    await expect(jobsIn(database)).resolves.toMatchObject([{ due_at: start + 3_600_000 }]);
    await times.untilWaiting(POLL_MS);
    times.advance(3_600_000);
    await reports.until(2);
    await Promise.all([first?.stop(), second?.stop()]);
    expect(at).toEqual([start, start + 3_600_000]);
    await expect(jobsIn(database)).resolves.toHaveLength(1);
  });

  test("createJobRunner() brings a schedule forward when it became tighter, and goes on after a failed turn", async () => {
    const database = await openTestDatabase(engine);
    const times = createManualTimes();
    const { runner, reports } = runnerOn(database, [failing(10_000_000)], { times });
    await runner.start();
    for (const tried of [1, 2, 3, 4]) {
      await reports.until(tried);
      await times.untilWaiting(POLL_MS);
      times.advance(60_000);
    }
    await reports.until(5);
    expect(reports.all.map(({ result }) => result)).toEqual([
      "retried",
      "retried",
      "retried",
      "retried",
      "failed",
    ]);
    await runner.stop();
    await expect(jobsIn(database)).resolves.toMatchObject([
      { attempts: 0, outcome: null, last_error: "NO", due_at: times.now() + 10_000_000 },
    ]);
    await runnerOn(database, [failing(5000)], { times }).runner.start();
    await expect(jobsIn(database)).resolves.toMatchObject([{ due_at: times.now() + 5000 }]);
  });

  test("createJobRunner() runs no more jobs at once than it may", async () => {
    const database = await openTestDatabase(engine);
    const { kind, next } = controlledKind();
    const { runner, reports } = runnerOn(database, [kind], { concurrency: 2 });
    for (let index = 0; index < 5; index += 1) await enqueue(database);
    await runner.start();
    const running = [await next(), await next()];
    for (let done = 0; done < 5; done += 1) {
      const leased = (await jobsIn(database)).filter(({ lease }) => lease !== null);
      expect(leased.length).toBeLessThanOrEqual(2);
      running.shift()?.end.resolve(undefined);
      if (done < 3) running.push(await next());
    }
    await reports.until(5);
  });

  test("createJobRunner() keeps the lease of a job that takes long", async () => {
    const database = await openTestDatabase(engine);
    const { kind, next } = controlledKind();
    const { runner, reports, times } = runnerOn(database, [kind]);
    await enqueue(database);
    await runner.start();
    const { end } = await next();
    for (let third = 0; third < 9; third += 1) {
      await times.untilWaiting(LEASE_MS / 3);
      times.advance(LEASE_MS / 3);
      await times.untilWaiting(LEASE_MS / 3);
      const claim = { kinds: ["k"], lease: ids(), now: times.now(), leaseMs: 1 };
      await expect(claimJob(database, claim)).resolves.toBeUndefined();
    }
    end.resolve(undefined);
    await reports.until(1);
    expect(reports.all).toMatchObject([{ result: "done" }]);
  });

  test("createJobRunner() aborts a job it has lost and writes nothing about it", async () => {
    const database = await openTestDatabase(engine);
    const { kind, next } = controlledKind();
    const { runner, reports, times } = runnerOn(database, [kind]);
    await enqueue(database);
    await runner.start();
    const { context, end } = await next();
    await times.untilWaiting(LEASE_MS / 3);
    // This process slept; another one claims meanwhile.
    const claim = {
      kinds: ["k"],
      lease: "another",
      now: times.now() + LEASE_MS,
      leaseMs: LEASE_MS,
    };
    await expect(claimJob(database, claim)).resolves.toMatchObject({ attempts: 2 });
    const aborted = new Promise((resolve) => {
      context.signal.addEventListener("abort", resolve);
    });
    times.advance(LEASE_MS / 3);
    await aborted;
    end.resolve(undefined);
    await reports.until(1);
    expect(reports.all).toMatchObject([{ result: "lost" }]);
    await expect(jobsIn(database)).resolves.toMatchObject([{ lease: "another", outcome: null }]);
  });

  test("createJobRunner() fails a job whose process died each time it was tried, without running it", async () => {
    const database = await openTestDatabase(engine);
    const times = createManualTimes();
    await enqueue(database, { maxAttempts: 2 });
    for (const at of [0, 10]) {
      await claimJob(database, { kinds: ["k"], lease: ids(), now: at, leaseMs: 1 });
    }
    let ran = false;
    const run = async () => void (ran = true);
    const { runner, reports } = runnerOn(database, [{ name: "k", run }], { times });
    await runner.start();
    await reports.until(1);
    expect(reports.all).toMatchObject([{ result: "failed", error: "JOB_NEVER_ENDED", attempt: 3 }]);
    expect(ran).toBe(false);
  });

  test("stop() aborts running jobs and gives back those that end with an error", async () => {
    const database = await openTestDatabase(engine);
    const { kind, next } = controlledKind();
    const { runner, reports } = runnerOn(database, [kind]);
    await enqueue(database, { id: "given back" });
    await enqueue(database, { id: "in time" });
    await runner.start();
    const [first, second] = [await next(), await next()];
    first.context.signal.addEventListener("abort", () => {
      first.end.reject(first.context.signal.reason as Error);
    });
    second.context.signal.addEventListener("abort", () => {
      second.end.resolve(undefined);
    });
    await runner.stop();
    expect(new Map(reports.all.map(({ id, result }) => [id, result]))).toEqual(
      new Map([
        ["given back", "released"],
        ["in time", "done"],
      ]),
    );
    await expect(jobsIn(database)).resolves.toMatchObject([
      { attempts: 0, lease: null, outcome: null, last_error: null },
      { outcome: "done" },
    ]);
    await enqueue(database);
    await runner.stop();
    expect(reports.all).toHaveLength(2);
  });

  test("stop() does not wait longer than it may for a job that does not listen", async () => {
    const database = await openTestDatabase(engine);
    const { kind, next } = controlledKind();
    const { runner, times, reports } = runnerOn(database, [kind], { graceMs: 5000 });
    await enqueue(database);
    await runner.start();
    const { end } = await next();
    const stopped = runner.stop();
    await times.untilWaiting(5000);
    times.advance(5000);
    await stopped;
    await expect(jobsIn(database)).resolves.toMatchObject([{ attempts: 1, outcome: null }]);
    end.resolve(undefined);
    await reports.until(1);
  });
});

test("createJobRunner() goes on when the database fails, and says so", async () => {
  const [sqlite] = await engines();
  if (sqlite === undefined) throw new Error("SQLite is always there");
  const database = await openTestDatabase(sqlite);
  let broken = true;
  const failure = new UpstreamError("DATABASE_UNREACHABLE", "gone");
  const flaky: Database = {
    ...database,
    get queries() {
      if (broken) throw failure;
      return database.queries;
    },
  };
  const { runner, reports, problems, times } = runnerOn(flaky, [
    { name: "k", run: () => Promise.resolve() },
  ]);
  await enqueue(database);
  await runner.start();
  await times.untilWaiting(POLL_MS);
  expect(problems).toEqual([failure]);
  broken = false;
  times.advance(POLL_MS);
  await reports.until(1);
  expect(reports.all).toMatchObject([{ result: "done" }]);
});

test("createJobRunner() refuses two kinds of one name", async () => {
  const [sqlite] = await engines();
  if (sqlite === undefined) throw new Error("SQLite is always there");
  const database = await openTestDatabase(sqlite);
  const kind: JobKind = { name: "k", run: () => Promise.resolve() };
  expect(() => createJobRunner({ database, kinds: [kind, kind] })).toThrow(
    expect.objectContaining({ code: "JOB_KIND_TWICE" }),
  );
});
