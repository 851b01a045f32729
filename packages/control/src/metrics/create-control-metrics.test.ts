import { describe, expect, test } from "vitest";
import { flowFor, openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { toJsonText } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { createControlMetrics } from "./create-control-metrics.ts";
import type { ControlMetrics } from "./create-control-metrics.ts";

const NOW = 1_800_000_000_000;

/** Returns our own samples of a scrape that have a value, by name and labels. */
async function scrape(metrics: ControlMetrics): Promise<ReadonlyMap<string, number>> {
  const { body } = await metrics.render();
  const samples = body
    .split("\n")
    .filter((line) => /^holdfast_control_(?!nodejs|process)/.test(line));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice("holdfast_control_".length, at), Number(line.slice(at + 1))];
    }),
  );
}

async function addJob(
  { queries }: Database,
  job: { readonly id: string; readonly dueAt: number; readonly finishedAt?: number },
): Promise<void> {
  await queries
    .insertInto("jobs")
    .values({
      id: job.id,
      kind: "catalog.sync",
      key: null,
      payload: toJsonText(null),
      due_at: job.dueAt,
      lease: null,
      attempts: 0,
      max_attempts: 5,
      claimed_at: null,
      last_error: null,
      created_at: 0,
      finished_at: job.finishedAt ?? null,
      outcome: job.finishedAt === undefined ? null : "done",
    })
    .execute();
}

async function addDelivery(
  { queries }: Database,
  delivery: { readonly id: string; readonly state: "waiting" | "delivered" | "failed" },
): Promise<void> {
  await queries
    .insertInto("webhook_deliveries")
    .values({
      id: delivery.id,
      webhook: "w",
      event: "publication.live",
      body: "{}",
      state: delivery.state,
      attempts: 1,
      status: null,
      problem: null,
      created_at: NOW - 8000,
      next_at: null,
    })
    .execute();
}

describe.each(await engines())("on $name", (engine) => {
  test("render() shows what is live, stopped and served, and how far runtimes are behind", async () => {
    const database = await openTestDatabase(engine);
    const control = await openTestPublishing(database);
    await control.publish(flowFor(["USA"]));
    await control.publish(flowFor(["GBR"]));
    await control.call("POST /v1/apps/yoga/environments/sandbox/pause", { isWholeApp: true });
    const served = { app: "yoga", environment: "sandbox" };
    const report = { host: "node", release: "1.0.0", startedAt: 1 };
    const reports = [
      ["current", { ...served, sequence: 2, stopListSequence: 1 }],
      ["unpaused", { ...served, sequence: 2, stopListSequence: 0 }],
      ["stuck", { ...served, sequence: 0, stopListSequence: 1, problem: "WIRE_MALFORMED" }],
    ] as const;
    for (const [id, place] of reports) {
      const { status } = await control.call(`runtime: PUT /v1/runtimes/${id}`, {
        ...report,
        serves: [place],
      });
      expect(status).toBe(204);
    }

    const samples = await scrape(createControlMetrics({ database }));
    const place = '{app="yoga",environment="sandbox"}';
    expect(samples.get("database_up")).toBe(1);
    expect(samples.get(`publication_sequence${place}`)).toBe(2);
    expect(samples.get(`stop_list_sequence${place}`)).toBe(1);
    expect(samples.get(`runtimes${place}`)).toBe(3);
    expect(samples.get(`runtimes_behind${place}`)).toBe(2);
    expect(samples.get(`runtime_lag_sequences${place}`)).toBe(2);
    expect(samples.get(`runtime_problems${place}`)).toBe(1);
    expect(samples.has('runtimes{app="yoga",environment="production"}')).toBe(false);
    expect(samples.has('database_connections{state="waiting"}')).toBe(engine.name === "postgres");
  });

  test("render() shows jobs nobody does, catalogs, reviews and deliveries", async () => {
    const database = await openTestDatabase(engine);
    await openTestPublishing(database);
    await database.queries
      .insertInto("webhooks")
      .values({
        id: "w",
        app: "yoga",
        url: "https://example.com",
        events: toJsonText([]),
        disabled_because: null,
        failing_since: null,
        version: 1,
        created_at: 0,
      })
      .execute();
    await addJob(database, { id: "old", dueAt: NOW - 90_000 });
    await addJob(database, { id: "new", dueAt: NOW });
    await addJob(database, { id: "later", dueAt: NOW + 1 });
    await addJob(database, { id: "done", dueAt: 0, finishedAt: 1 });
    for (const [id, state] of [
      ["1", "waiting"],
      ["2", "waiting"],
      ["3", "failed"],
      ["4", "delivered"],
    ] as const) {
      await addDelivery(database, { id, state });
    }
    await database.queries
      .insertInto("catalog_syncs")
      .values({
        app: "yoga",
        state: "failed",
        started_at: 0,
        finished_at: 0,
        succeeded_at: NOW - 60_000,
        problem_code: null,
        problem_message: null,
      })
      .execute();
    await database.queries
      .insertInto("review_polls")
      .values({
        app: "yoga",
        environment: "sandbox",
        asked_at: NOW,
        seen_at: NOW - 5000,
        problem_code: null,
      })
      .execute();

    const metrics = createControlMetrics({ database, now: () => NOW, changeListeners: () => 3 });
    const samples = await scrape(metrics);
    const shown = Object.fromEntries(
      [...samples].filter(([name]) => !name.startsWith("database_con")),
    );
    expect(shown).toEqual({
      database_up: 1,
      'jobs_due{kind="catalog.sync"}': 2,
      'job_oldest_due_seconds{kind="catalog.sync"}': 90,
      'catalog_age_seconds{app="yoga"}': 60,
      'catalog_sync_failed{app="yoga"}': 1,
      'review_age_seconds{app="yoga",environment="sandbox"}': 5,
      'webhook_deliveries{state="waiting"}': 2,
      'webhook_deliveries{state="failed"}': 1,
      webhook_oldest_waiting_seconds: 8,
      change_listeners: 3,
    });

    await database.queries.deleteFrom("jobs").execute();
    await database.queries
      .updateTable("catalog_syncs")
      .set({ state: "running", succeeded_at: null })
      .execute();
    const later = await scrape(metrics);
    expect(later.get('catalog_sync_failed{app="yoga"}')).toBe(0);
    expect(later.has('catalog_age_seconds{app="yoga"}')).toBe(false);
    expect(later.has('jobs_due{kind="catalog.sync"}')).toBe(false);
  });
});

test("countRequest() and countJob() count under labels of ours alone", async () => {
  const database = await openTestDatabase(SQLITE);
  const metrics = createControlMetrics({ database });
  const request = { requestId: "r", method: "GET", caller: "person:kim" };
  metrics.countRequest({ ...request, operationId: "listApps", status: 200, durationMs: 3 });
  metrics.countRequest({ ...request, operationId: "listApps", status: 200, durationMs: 30 });
  metrics.countRequest({ ...request, status: 404, durationMs: 1 });
  metrics.countJob({
    kind: "storage.retention",
    id: "j",
    attempt: 1,
    result: "retried",
    durationMs: 20_000,
  });
  const samples = await scrape(metrics);
  expect(samples.get('requests_total{operation="listApps",status="200"}')).toBe(2);
  expect(samples.get('requests_total{operation="none",status="404"}')).toBe(1);
  const requests = 'operation="listApps"';
  expect(samples.get(`request_duration_seconds_bucket{le="0.002",${requests}}`)).toBe(0);
  expect(samples.get(`request_duration_seconds_bucket{le="0.005",${requests}}`)).toBe(1);
  expect(samples.get(`request_duration_seconds_bucket{le="0.05",${requests}}`)).toBe(2);
  expect(samples.get('job_runs_total{kind="storage.retention",result="retried"}')).toBe(1);
  expect(samples.get('job_duration_seconds_bucket{le="30",kind="storage.retention"}')).toBe(1);
  const { contentType, body } = await metrics.render();
  expect(contentType).toMatch(/^text\/plain/);
  expect(body).not.toContain("kim");
});

test("render() answers without what the database holds while it is busy for long, and after it failed", async () => {
  const database = await openTestDatabase(SQLITE);
  await addJob(database, { id: "old", dueAt: 0 });
  const metrics = createControlMetrics({ database, timeoutMs: 1000 });
  const due = 'jobs_due{kind="catalog.sync"}';
  expect((await scrape(metrics)).get(due)).toBe(1);

  const hurried = createControlMetrics({ database, timeoutMs: 20 });
  // SQLite's one connection is the transaction's.
  const { promise: free, resolve: endTransaction } = Promise.withResolvers<void>();
  const transaction = database.transaction(() => free);
  const busy = await scrape(hurried);
  endTransaction();
  await transaction;
  await database.close();
  for (const samples of [busy, await scrape(metrics)]) {
    expect(samples.get("database_up")).toBe(0);
    expect(samples.has(due)).toBe(false);
    expect(samples.has("webhook_oldest_waiting_seconds")).toBe(false);
  }
});
