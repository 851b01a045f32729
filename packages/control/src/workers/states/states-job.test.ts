import { UpstreamError } from "@holdfast/appstore/errors";
import { subscriberKey } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { markRestored } from "../../storage/index.ts";
import { engines } from "../../storage/testing/engines.ts";
import { testDecision } from "../../subscribers/testing/test-decision.ts";
import { PLACE } from "../../subscribers/testing/test-subscribers.ts";
import { readStatesProgress } from "./index.ts";
import { openTestStates } from "./testing/test-states.ts";
import type { TestStates } from "./testing/test-states.ts";
import { disconnectTarget, SETTLED_MS } from "./testing/test-target.ts";

const SUBSCRIBERS = "/v1/apps/yoga/environments/sandbox/subscribers";
const ACCOUNT = "7e3fb20b-4cdb-47cc-936d-99d65f608138";
const DAY_MS = 86_400_000;

async function putAttributes({ control }: TestStates, ...entries: readonly object[]) {
  const { status } = await control.call(`POST ${SUBSCRIBERS}/attributes`, { entries });
  expect(status).toBe(200);
}

/** Has a rule's response delivered to a subscription. */
async function decide({ database, streams, ids, clock }: TestStates, id: string): Promise<void> {
  const decision = testDecision(ids.pseudonymOf(id), { requestedAt: clock.now });
  await database.transaction((transaction) =>
    streams.takeDecisions(transaction, PLACE, [decision]),
  );
}

/** Expects that what is written of subscriptions is what a lookup over HTTP answers, and that there is any. */
async function expectWritten(stage: TestStates, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect(stage.written(id)).toBeDefined();
    expect(stage.written(id)).toEqual(await stage.lookedUp(id));
  }
}

describe.each(await engines())("on $name", (engine) => {
  test("markStates() marks nothing of an app without a namespace", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"]);
    await decide(stage, "100");
    await putAttributes(stage, { originalTransactionId: "100", attributes: { plan_usage: 1 } });
    expect(await stage.marks()).toBe(0);
    await stage.run();
    expect(stage.namespace.calls).toEqual([]);
  });

  test("workerStatesJob() writes all that were there when the namespace was connected, once", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100", "101"], ACCOUNT);
    await decide(stage, "200");
    await putAttributes(stage, { originalTransactionId: "100", attributes: { plan_usage: 1 } });
    await putAttributes(stage, { appAccountToken: ACCOUNT, attributes: { cohort: "spring" } });
    await stage.connect();
    await expectWritten(stage, "100", "200");
    expect(stage.namespace.values.size).toBe(2);
    const { calls } = stage.namespace;
    stage.clock.now += 1000;
    await stage.run();
    expect(stage.namespace.calls).toEqual(calls);
    expect(await readStatesProgress(stage.database.queries, PLACE.app)).toEqual({
      pending: 0,
      written: 2,
      lastWrittenAt: expect.any(Number) as number,
    });
  });

  test("workerStatesJob() writes a state again when anything that it is made of changed", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"], ACCOUNT);
    await stage.connect();
    const changes = [
      () => stage.subscribe(["100", "101"], ACCOUNT),
      () => decide(stage, "100"),
      () => putAttributes(stage, { transactionId: "101", attributes: { plan_usage: 7 } }),
      () => putAttributes(stage, { appAccountToken: ACCOUNT, attributes: { vip: true } }),
    ];
    for (const change of changes) {
      const before = stage.written("100");
      await change();
      await stage.run();
      expect(stage.written("100")).not.toEqual(before);
      await expectWritten(stage, "100");
    }
    await stage.subscribe(["100", "101"], ACCOUNT);
    expect(await stage.marks()).toBe(0);
  });

  test("workerStatesJob() writes a state once however often it changed meanwhile", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    for (const plan_usage of [1, 2, 3]) {
      await putAttributes(stage, { originalTransactionId: "100", attributes: { plan_usage } });
    }
    expect(await readStatesProgress(stage.database.queries, "yoga")).toMatchObject({ pending: 3 });
    await stage.run();
    expect(stage.namespace.calls).toEqual([1]);
    await expectWritten(stage, "100");
  });

  test("workerStatesJob() writes what is another with time, at that time", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"]);
    const attributes = { plan_usage: 7 };
    await putAttributes(stage, { originalTransactionId: "100", attributes, ttlSeconds: 86_400 });
    await putAttributes(stage, { originalTransactionId: "200", attributes, ttlSeconds: 86_400 });
    await stage.connect();
    await putAttributes(stage, { originalTransactionId: "200", attributes, ttlSeconds: 86_400 });
    await stage.run();
    expect(stage.written("100")).toMatchObject({
      attributes: { "attributes.plan_usage": 7, price: 9.99 },
    });
    await expectWritten(stage, "100", "200");
    stage.clock.now += DAY_MS;
    await stage.run();
    await expectWritten(stage, "100");
    expect(stage.written("100")).not.toHaveProperty(["attributes", "attributes.plan_usage"]);
    expect(stage.written("200")).toBeUndefined();
    stage.clock.now += 40 * DAY_MS;
    await stage.run();
    await expectWritten(stage, "100");
    expect(stage.written("100")).not.toHaveProperty(["attributes", "price"]);
    const calls = stage.namespace.calls.length;
    stage.clock.now += DAY_MS;
    await stage.run();
    expect(stage.namespace.calls).toHaveLength(calls);
  });

  test("workerStatesJob() deletes what is erased, and what went to another subscription", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    await putAttributes(stage, { transactionId: "201", attributes: { plan_usage: 7 } });
    await stage.run();
    await expectWritten(stage, "100", "201");
    await stage.subscribe(["200", "201"]);
    await stage.control.call("POST /v1/apps/yoga/subscribers/erase", {
      originalTransactionId: "100",
    });
    await stage.run();
    expect(stage.written("201")).toBeUndefined();
    await expectWritten(stage, "200");
    expect(stage.written("100")).toBeUndefined();
    expect(stage.namespace.values.size).toBe(1);
    const times = await stage.database.queries
      .selectFrom("worker_state_times")
      .select("pseudonym")
      .execute();
    expect(times).toEqual([{ pseudonym: stage.ids.pseudonymOf("200") }]);
  });

  test("workerStatesJob() deletes what was erased while another namespace, or none, was connected", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"]);
    await stage.connect();
    await disconnectTarget(stage.database);
    await stage.control.call("POST /v1/apps/yoga/subscribers/erase", {
      originalTransactionId: "100",
    });
    await stage.subscribe(["200"]);
    await stage.connect();
    expect(stage.written("100")).toBeUndefined();
    await expectWritten(stage, "200");
  });

  test("workerStatesJob() writes again what changed while it was being written", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    stage.namespace.before = async () => {
      stage.namespace.before = () => Promise.resolve();
      await decide(stage, "100");
    };
    await stage.run();
    expect(stage.namespace.calls).toEqual([1, 1]);
    await expectWritten(stage, "100");
  });

  test("workerStatesJob() writes again what another process has written as well", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    stage.namespace.before = async () => {
      stage.namespace.before = () => Promise.resolve();
      // As the other one does when it is done.
      await stage.database.queries.deleteFrom("worker_state_marks").execute();
    };
    await stage.run();
    expect(stage.namespace.calls).toEqual([1, 1]);
    expect(await stage.marks()).toBe(0);
  });

  test("workerStatesJob() keeps what it could not write, says why, and leaves the namespace alone for a while", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    stage.namespace.before = () =>
      Promise.reject(new UpstreamError("CLOUDFLARE_REFUSED", "refused"));
    await stage.run();
    expect(await readStatesProgress(stage.database.queries, "yoga")).toMatchObject({
      pending: 1,
      problem: "CLOUDFLARE_REFUSED",
    });
    stage.namespace.before = () => Promise.resolve();
    await stage.run();
    expect(stage.namespace.calls).toEqual([]);
    stage.clock.now += 30_000;
    await stage.run();
    await expectWritten(stage, "100");
    const progress = await readStatesProgress(stage.database.queries, "yoga");
    expect(progress).toMatchObject({ pending: 0, written: 1 });
    expect(progress).not.toHaveProperty("problem");
  });

  test("workerStatesJob() tries again at once when the clock was set back after a failure", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    stage.namespace.before = () => Promise.reject(new UpstreamError("CLOUDFLARE_REFUSED", "no"));
    stage.clock.now += DAY_MS;
    await stage.run();
    stage.clock.now -= DAY_MS;
    stage.namespace.before = () => Promise.resolve();
    await stage.run();
    expect(stage.written("100")).toEqual(await stage.lookedUp("100"));
    expect(stage.namespace.values.size).toBe(1);
  });

  test("workerStatesJob() goes on with others while one place takes long", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    stage.namespace.before = () => {
      stage.namespace.before = () => Promise.resolve();
      begun.resolve();
      return slow.promise;
    };
    const running = stage.run();
    await begun.promise;
    const place = { app: "yoga", environment: "production" } as const;
    const pseudonym = stage.ids.pseudonymOf("900");
    const decision = testDecision(pseudonym, { requestedAt: stage.clock.now, ...place });
    await stage.database.transaction((transaction) =>
      stage.streams.takeDecisions(transaction, place, [decision]),
    );
    const isThere = () => stage.namespace.values.has(subscriberKey(place, pseudonym));
    await expect.poll(isThere).toBe(true);
    expect(stage.written("100")).toBeUndefined();
    slow.resolve();
    await running;
    await expectWritten(stage, "100");
  });

  test("workerStatesJob() fails with the database, and when it is to stop, and goes on later", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    const stopped = new AbortController();
    stage.namespace.before = () => {
      stopped.abort();
      return Promise.reject(new UpstreamError("CLOUDFLARE_UNREACHABLE", "cut"));
    };
    await expect(stage.run(stopped.signal)).rejects.toThrow("aborted");
    stage.namespace.before = () => Promise.reject(new TypeError("a defect"));
    await expect(stage.run()).rejects.toThrow("a defect");
    stage.namespace.before = () => Promise.resolve();
    await stage.run();
    await expectWritten(stage, "100");
  });

  test("workerStatesJob() keeps no more marks than it may while nothing can be written, and loses nothing", async () => {
    const stage = await openTestStates(engine, { maxMarks: 3 });
    await stage.subscribe(["300"]);
    await stage.connect();
    stage.namespace.before = () =>
      Promise.reject(new UpstreamError("CLOUDFLARE_UNREACHABLE", "cut"));
    await stage.control.call("POST /v1/apps/yoga/subscribers/erase", {
      originalTransactionId: "300",
      environment: "sandbox",
    });
    for (const id of ["100", "200", "400"]) await stage.subscribe([id]);
    expect(await stage.marks()).toBe(4);
    await stage.run();
    expect(await stage.marks()).toBe(1);
    stage.namespace.before = () => Promise.resolve();
    stage.clock.now += SETTLED_MS;
    await stage.run();
    await expectWritten(stage, "100", "200", "400");
    expect(stage.namespace.values.size).toBe(3);
  });

  test("workerStatesJob() writes all of it again after the database was put back to an earlier state", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"]);
    await stage.connect();
    await stage.namespace.remove([subscriberKey(PLACE, stage.ids.pseudonymOf("100"))]);
    await stage.database.transaction((transaction) => markRestored(transaction, stage.clock.now));
    for (const calls of [2, 2]) {
      // Its clock may be behind that of whoever restored it.
      stage.clock.now -= 1000;
      await stage.run();
      stage.clock.now += SETTLED_MS;
      await stage.run();
      await expectWritten(stage, "100");
      expect(stage.namespace.calls).toHaveLength(calls + 1);
    }
  });

  test("clearStatesJob() deletes what is marked for apps without a namespace, and of no others", async () => {
    const stage = await openTestStates(engine);
    await stage.subscribe(["100"]);
    await stage.connect();
    for (const id of ["200", "300", "400"]) await stage.subscribe([id]);
    await stage.clear();
    expect(await stage.marks()).toBe(3);
    await disconnectTarget(stage.database);
    await stage.clear();
    expect(await stage.marks()).toBe(0);
    const { queries } = stage.database;
    expect(await queries.selectFrom("worker_state_times").selectAll().execute()).toEqual([]);
    expect(await readStatesProgress(queries, "yoga")).toEqual({ pending: 0, written: 0 });
  });

  test("workerStatesJob() writes each environment under its own keys", async () => {
    const stage = await openTestStates(engine);
    await stage.connect();
    await stage.subscribe(["100"]);
    await stage.run();
    const place = { app: "yoga", environment: "production" } as const;
    expect([...stage.namespace.values.keys()]).toEqual([
      subscriberKey(PLACE, stage.ids.pseudonymOf("100")),
    ]);
    const pseudonym = stage.ids.pseudonymOf("900");
    const decision = testDecision(pseudonym, { requestedAt: stage.clock.now, ...place });
    await stage.database.transaction((transaction) =>
      stage.streams.takeDecisions(transaction, place, [decision]),
    );
    await stage.run();
    expect(stage.namespace.values.has(subscriberKey(place, pseudonym))).toBe(true);
  });
});
