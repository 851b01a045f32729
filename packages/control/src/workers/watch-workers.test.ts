import { describe, expect, onTestFinished, test } from "vitest";
import { openChangeHub } from "../changes/index.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase, openTestDatabaseAt } from "../storage/testing/engines.ts";
import { openTestWorkers } from "./testing/test-workers.ts";
import type { TestWorkers } from "./testing/test-workers.ts";
import { watchWorkers, WORKERS_TOPICS } from "./watch-workers.ts";
import { workersJobs } from "./workers-jobs.ts";

const LIVE = "live/yoga/sandbox";
const STOPS = "stops/yoga/sandbox";
const PAUSE = "POST /v1/apps/yoga/environments/sandbox/pause";
const POLL = { timeout: 5000, interval: 20 };

/** Watches until the test ends; returns how to stop, and what went wrong. */
async function watch({ means }: TestWorkers) {
  const hub = await openChangeHub(means.database, { topics: WORKERS_TOPICS });
  const problems: unknown[] = [];
  const stop = watchWorkers({ means, hub, onProblem: (error) => problems.push(error) });
  const end = async () => {
    await stop();
    hub.close();
  };
  onTestFinished(end);
  return { end, problems };
}

function runJob({ means }: TestWorkers, name: string): Promise<void> {
  const job = workersJobs(means).find((kind) => kind.name === name);
  if (job === undefined) throw new Error(`expected the job ${name}`);
  const { signal } = new AbortController();
  return job.run({ id: "job", payload: null, attempt: 1, signal });
}

describe.each(await engines())("on $name", (engine) => {
  test("watchWorkers() writes what changes as soon as it does", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    const { problems } = await watch(workers);
    await workers.connect();
    await workers.publishing.publish(flowFor(["USA"]));
    await expect.poll(() => workers.keys(), POLL).toEqual([LIVE]);
    await workers.publishing.call(PAUSE, { isWholeApp: true });
    await expect.poll(() => workers.keys(), POLL).toEqual([LIVE, STOPS]);
    expect(problems).toEqual([]);
  });

  test("watchWorkers() writes everything to a namespace that is connected", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await workers.publishing.publish(flowFor(["USA"]));
    await watch(workers);
    await workers.connect();
    await expect.poll(() => workers.keys(), POLL).toEqual([LIVE]);
  });

  test("watchWorkers() begins with what changed while nobody watched", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await workers.publishing.publish(flowFor(["USA"]));
    await workers.connect();
    await watch(workers);
    await expect.poll(() => workers.keys(), POLL).toEqual([LIVE]);
  });

  test("watchWorkers() goes on in the other control when one has ended", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    const one = await openTestWorkers(database);
    await one.connect();
    const second = place.engine === "sqlite" ? database : await openTestDatabaseAt(place);
    const other = await openTestWorkers(second, { replicaOf: one });
    const watching = await watch(one);
    await watch(other);
    await one.publishing.publish(flowFor(["USA"]));
    await expect.poll(() => one.keys(), POLL).toEqual([LIVE]);
    await watching.end();
    await one.publishing.call(PAUSE, { isWholeApp: true });
    await expect.poll(() => one.keys(), POLL).toEqual([LIVE, STOPS]);
  });

  test("workers.sweep writes what nobody was told of", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await runJob(workers, "workers.sweep");
    expect(workers.cloudflare.requests).toEqual([]);
    await workers.publishing.publish(flowFor(["USA"]));
    await workers.connect();
    await runJob(workers, "workers.sweep");
    expect(workers.keys()).toEqual([LIVE]);
  });

  test("workers.retry tries again what failed, when it is time", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await workers.publishing.publish(flowFor(["USA"]));
    await workers.connect();
    workers.cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
    await workers.tend();
    await runJob(workers, "workers.retry");
    expect(workers.keys()).toEqual([]);
    workers.clock.aheadMs = 61_000;
    await runJob(workers, "workers.retry");
    expect(workers.keys()).toEqual([LIVE]);
  });
});
