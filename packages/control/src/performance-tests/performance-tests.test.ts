import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseCatalog } from "@holdfast/flow/catalog";
import { pseudonymOf, webCryptography } from "@holdfast/runtime/keys";
import { findApp, readPseudonymKey } from "../apps/index.ts";
import { createTestControl } from "../apps/testing/test-control.ts";
import { createFlowsFeature } from "../flows/index.ts";
import { addKnownKeys, setUpKeys } from "../keys/testing/test-keys.ts";
import type { KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { createPublishingFeature, liveVersion, loadPublisher } from "../publishing/index.ts";
import { createRealtimeUrlFeature } from "../realtime-url/index.ts";
import { createDyingMeans } from "../realtime-url/testing/dying-means.ts";
import { changesSince, createIdSource, latestChange } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import { storageError } from "../storage/storage-error.ts";
import { engines } from "../storage/testing/engines.ts";
import {
  createPerformanceTestsFeature,
  performanceTestJob,
  PERFORMANCE_TEST_TOPIC,
} from "./index.ts";
import { insertTest, listTests } from "./stored-tests.ts";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const PATH = "/v1/apps/yoga/performance-tests";
const PUBLIC_URL = "https://retention.example.com/apple/retention/yoga/sandbox";
const MESSAGE = "0b7e3b0e-0000-4000-8000-000000000001";
const NEVER = new AbortController().signal;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const QUICK = { maxConcurrentRequests: 4, totalRequests: 8, totalDuration: 0 };

/** Starts what answers the App Store's requests; the test says how well. */
async function startEndpoint(isGood: () => boolean): Promise<string> {
  const body = JSON.stringify({ message: { messageIdentifier: MESSAGE } });
  const server = createServer((_request, response) => {
    response.writeHead(isGood() ? 200 : 500, { "content-type": "application/json" });
    response.end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

async function setUp(options: KeysSettingOptions = {}) {
  const clock = { now: 1_795_000_000_000 };
  const endpoint = { isGood: true };
  const to = await startEndpoint(() => endpoint.isGood);
  const now = () => clock.now;
  const ids = createIdSource();
  const setting = await setUpKeys({
    ...options,
    now,
    emulator: { resolve: [{ from: PUBLIC_URL, to }], performanceTest: QUICK },
    features({ database, keyring, clients }) {
      const { queries } = database;
      const catalog = parseCatalog({
        bundleId: "com.example.yoga",
        appAppleId: 1,
        products: [
          { productId: "yoga.monthly", subscriptionGroup: "yoga", level: 1, period: "P1M" },
        ],
      });
      const facts = {
        app: (id: string) => findApp(queries, id),
        catalog: () => Promise.resolve(catalog),
        reviewStates: () => Promise.resolve(undefined),
      };
      const publisherOf = (id: string) => loadPublisher({ database, keyring }, id);
      const means = { database, ids, now, facts, publisherOf };
      return [
        createPerformanceTestsFeature({ database, keyring, clients }),
        createRealtimeUrlFeature({ database, clients, ids }),
        createFlowsFeature({ ...means, liveVersion }),
        createPublishingFeature(means),
      ];
    },
  });
  await addKnownKeys(setting);
  const { control, database, clients, emulator } = setting;
  emulator.uploadMessage(SANDBOX, MESSAGE, { header: "Stay", body: "Please stay." });
  emulator.configureRealtimeUrl(SANDBOX, PUBLIC_URL);
  const { originalTransactionId, bundleId } = emulator.credentials("yoga");
  const cursor = await latestChange(database.queries);
  const job = performanceTestJob({ database, clients, now });
  return {
    ...setting,
    clock,
    endpoint,
    originalTransactionId,
    bundleId,
    begin: (headers?: Readonly<Record<string, string>>) =>
      control.call(`POST ${PATH}`, { originalTransactionId }, headers),
    read: async (requestId: unknown) =>
      (await control.call(`GET ${PATH}/${String(requestId)}`)).body,
    /** Resolves when Apple has the end of every test it began. */
    finished: (requestId: unknown) => emulator.performanceTestFinished("yoga", String(requestId)),
    poll: () => job.run({ id: "1", payload: null, attempt: 1, signal: NEVER }),
    announced: async () => {
      const { changes } = await changesSince(database.queries, cursor);
      return changes.filter(({ topic }) => topic === PERFORMANCE_TEST_TOPIC);
    },
    audited: async () =>
      database.queries
        .selectFrom("audit_log")
        .select(["action", "subject", "details"])
        .where("action", "like", "%PerformanceTest")
        .orderBy("id")
        .execute(),
    asked: () => emulator.requestLog.counts()["getPerformanceTestResults"] ?? 0,
  };
}

/** Every row of every table a transaction id could have got into, as text. */
async function everythingIn({ queries }: Database): Promise<string> {
  const tables = ["performance_tests", "audit_log", "changes", "jobs", "idempotency_keys"] as const;
  const rows: unknown[] = [];
  for (const table of tables) rows.push(await queries.selectFrom(table).selectAll().execute());
  return JSON.stringify(rows, (_, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
  );
}

describe.each(await engines())("on $name", (engine) => {
  test("a test is begun, asked for until it passes, and opens production", async () => {
    const setting = await setUp({ engine });
    const { begin, read, poll, finished, announced, audited, clock, control } = setting;
    const begun = await begin({ "Idempotency-Key": "one" });
    expect(begun).toMatchObject({
      status: 201,
      body: { result: "PENDING", isFollowed: true, startedAt: clock.now, config: QUICK },
    });
    const { requestId } = begun.body;
    await expect(begin({ "Idempotency-Key": "one" })).resolves.toMatchObject({ body: begun.body });
    await poll();
    // It is not due yet.
    expect(setting.asked()).toBe(0);
    await finished(requestId);
    clock.now += MINUTE_MS;
    await poll();
    await poll();
    expect(setting.asked()).toBe(1);
    await expect(read(requestId)).resolves.toMatchObject({
      result: "PASS",
      isFollowed: false,
      readAt: clock.now,
      target: PUBLIC_URL,
      successRate: 100,
      numPending: 0,
      failures: {},
      responseTimes: { p99: expect.any(Number) as number },
    });
    await expect(announced()).resolves.toMatchObject([{ ...SANDBOX, subject: requestId }]);
    await expect(audited()).resolves.toMatchObject([
      { action: "createPerformanceTest", subject: requestId },
      { action: "finishPerformanceTest", subject: requestId },
    ]);
    const production = "/v1/apps/yoga/environments/production/realtime-url";
    const header = { "If-Match": '"none"' };
    const opened = await control.call(`PUT ${production}`, { realtimeURL: PUBLIC_URL }, header);
    expect(opened.status).toBe(200);
  });

  test("only the pseudonym of the subscription is kept, the one runtimes make", async () => {
    const { begin, database, keyring, originalTransactionId } = await setUp({ engine });
    await begin({ "Idempotency-Key": "one" });
    const key = await webCryptography.importHmacKey(
      await readPseudonymKey(database.queries, keyring, "yoga"),
    );
    const [kept] = await listTests(database.queries, "yoga", { limit: 1 });
    expect(kept?.pseudonym).toBe(await pseudonymOf(key, originalTransactionId));
    const everything = await everythingIn(database);
    expect(everything).toContain(kept?.pseudonym);
    expect(everything).not.toContain(originalTransactionId);
  });

  test("listPerformanceTests goes from the newest, page by page", async () => {
    const { begin, finished, clock, control } = await setUp({ engine });
    const begun: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { body } = await begin();
      await finished(body["requestId"]);
      begun.unshift(body["requestId"]);
      clock.now += 1000;
    }
    const first = await control.call(`GET ${PATH}?limit=2`);
    const next = String(first.body["nextCursor"]);
    const second = await control.call(`GET ${PATH}?limit=2&cursor=${next}`);
    const listed = [first, second].flatMap(
      // What the operation answers, as the test needs it.
      ({ body }) => body["items"] as unknown as readonly { readonly requestId: string }[],
    );
    expect(listed.map(({ requestId }) => requestId)).toEqual(begun);
    expect(second.body).not.toHaveProperty("nextCursor");
  });

  test("the newest thousand tests of an app are kept", async () => {
    const { database, begin } = await setUp({ engine });
    await begin();
    const [begun] = await listTests(database.queries, "yoga", { limit: 1 });
    if (begun === undefined) throw new Error("expected a test");
    const [row] = await database.queries.selectFrom("performance_tests").selectAll().execute();
    if (row === undefined) throw new Error("expected a row");
    const rows = Array.from({ length: 999 }, (_, index) => ({
      ...row,
      request_id: `test-${index}`,
      started_at: row.started_at + 1 + index,
    }));
    for (const batch of [rows.slice(0, 500), rows.slice(500)]) {
      await database.queries.insertInto("performance_tests").values(batch).execute();
    }
    const startedAt = begun.startedAt + 1000;
    await insertTest(database.queries, { ...begun, requestId: "newest", startedAt });
    const kept = await listTests(database.queries, "yoga", { limit: 2000 });
    expect(kept).toHaveLength(1000);
    expect([kept[0], kept.at(-1)].map((kept_) => kept_?.requestId)).toEqual(["newest", "test-0"]);
  });
});

test("a test that is cut off at any step ends with one result, and a rerun ends it", async () => {
  let steps = 0;
  for (let hasDied = true; hasDied; steps += 1) {
    const setting = await setUp();
    const { keyring, begin, poll, clock, announced, database, originalTransactionId } = setting;
    const dying = createDyingMeans(setting, steps);
    const control = createTestControl(
      {
        database: dying.database,
        features: [createPerformanceTestsFeature({ ...dying, keyring })],
      },
      { now: () => clock.now },
    );
    const first = await control.call(`POST ${PATH}`, { originalTransactionId });
    if (first.status === 201) await setting.finished(first.body["requestId"]);
    clock.now += MINUTE_MS;
    const job = performanceTestJob({ ...dying, now: () => clock.now });
    // A run that dies is tried again; here by the process that comes after.
    await job.run({ id: "1", payload: null, attempt: 1, signal: NEVER }).catch(() => undefined);
    hasDied = dying.hasDied();
    // While a test that was lost goes on at Apple, another is refused.
    await expect.poll(async () => (await begin()).status).toBe(201);
    const known = await listTests(database.queries, "yoga", { limit: 10 });
    for (const { requestId } of known) await setting.finished(requestId);
    clock.now += HOUR_MS;
    await poll();
    const ended = await listTests(database.queries, "yoga", { limit: 10 });
    expect(ended.map(({ result }) => result)).toEqual(known.map(() => "PASS"));
    const subjects = (await announced()).map(({ subject }) => subject);
    const requestIds = known.map(({ requestId }) => requestId);
    expect(new Set(subjects)).toEqual(new Set(requestIds));
    expect(subjects).toHaveLength(requestIds.length);
    const begunHere = (await setting.audited()).filter(
      ({ action }) => action === "createPerformanceTest",
    );
    expect(begunHere).toHaveLength(known.length);
  }
  // Two transactions and two calls, each before and after, and the run that ended by itself.
  expect(steps).toBe(9);
});

test("a test that fails says how, and why production refuses names it", async () => {
  const { begin, read, poll, finished, clock, endpoint, control } = await setUp();
  endpoint.isGood = false;
  const { body } = await begin();
  await finished(body["requestId"]);
  clock.now += MINUTE_MS;
  await poll();
  await expect(read(body["requestId"])).resolves.toMatchObject({
    result: "FAIL",
    successRate: 0,
    failures: { UNSUCCESSFUL_HTTP_RESPONSE_CODE: 8 },
  });
  const production = "/v1/apps/yoga/environments/production/realtime-url";
  const header = { "If-Match": '"none"' };
  const refused = await control.call(`PUT ${production}`, { realtimeURL: PUBLIC_URL }, header);
  expect(refused.text).toContain(`${String(body["requestId"])} ended with FAIL`);
});

test.each([
  ["for every product", "", 409],
  ["for one product", "when: { productId: yoga.monthly }, ", 409],
  ["nowhere", undefined, 201],
])("createPerformanceTest where a rule defers to Apple %s", async (_name, when, status) => {
  const { begin, control, bundleId, emulator } = await setUp();
  const rules =
    when === undefined ? "[]" : `[{ name: honest_control, ${when}respond: { deferToApple: {} } }]`;
  const source = `version: 1
app: ${bundleId}
messages: { stay: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE} } } } }
rules: ${rules}
fallback: { message: stay }
`;
  const saved = await control.call("POST /v1/apps/yoga/versions", { source });
  const version: unknown = saved.body["version"];
  const publications = "/v1/apps/yoga/environments/sandbox/publications";
  const live = await control.call(`POST ${publications}`, { version, expectedSequence: 0 });
  expect(live.status).toBe(201);
  emulator.requestLog.clear();
  const answer = await begin();
  expect(answer.status).toBe(status);
  if (status === 201) return;
  expect(answer.body["error"]).toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("rule honest_control") as string,
  });
  expect(emulator.requestLog.list()).toEqual([]);
});

test("a second test is refused by Apple while the first goes on, without the transaction's id", async () => {
  const { begin, originalTransactionId, emulator } = await setUp();
  emulator.faults.set([
    { kind: "error", errorCode: 4_000_213, operation: "initiatePerformanceTest", times: 1 },
  ]);
  const refused = await begin();
  expect(refused).toMatchObject({
    status: 502,
    body: { error: { code: "APPLE_REFUSED", apple: { errorCode: 4_000_213 } } },
  });
  expect(refused.text).not.toContain(originalTransactionId);
});

test("a test the database cannot keep is named, so that its result can be asked for", async () => {
  const { database, clients, keyring, originalTransactionId, finished } = await setUp();
  const failing: Database = {
    ...database,
    transaction: () => Promise.reject(storageError("DATABASE_FULL", "no space left")),
  };
  const features = [createPerformanceTestsFeature({ database: failing, clients, keyring })];
  const control = createTestControl({ database: failing, features });
  const answer = await control.call(`POST ${PATH}`, { originalTransactionId });
  expect(answer.status).toBe(500);
  const [, requestId] = /performance test ([0-9a-f-]{36}),/.exec(answer.text) ?? [];
  await expect(finished(requestId)).resolves.toMatchObject({ result: "PASS" });
});

test("a test is asked for less and less, and not after an hour of PENDING", async () => {
  const { begin, read, poll, clock, emulator, asked, announced, audited, finished } = await setUp();
  const { body } = await begin();
  await finished(body["requestId"]);
  emulator.faults.set([
    { kind: "error", errorCode: 4_040_018, operation: "getPerformanceTestResults" },
  ]);
  const startedAt = clock.now;
  for (; clock.now <= startedAt + 2 * HOUR_MS; clock.now += 10_000) await poll();
  // Half of Apple's rate for ten minutes, then once a minute to the hour.
  expect(asked()).toBe(30 + 50);
  await expect(read(body["requestId"])).resolves.toMatchObject({
    result: "PENDING",
    isFollowed: false,
  });
  await expect(announced()).resolves.toEqual([]);
  expect((await audited()).map(({ action }) => action)).toEqual([
    "createPerformanceTest",
    "abandonPerformanceTest",
  ]);
});

test("where Apple does not answer, what is known stays, and the result comes later", async () => {
  const { begin, read, poll, clock, emulator, finished } = await setUp();
  const { body } = await begin();
  await finished(body["requestId"]);
  emulator.faults.set([{ kind: "status", status: 500, operation: "getPerformanceTestResults" }]);
  clock.now += 3 * HOUR_MS;
  await poll();
  const pending = await read(body["requestId"]);
  expect(pending).toMatchObject({ result: "PENDING", isFollowed: true });
  expect(pending).not.toHaveProperty("readAt");
  emulator.faults.clear();
  clock.now += MINUTE_MS;
  await poll();
  await expect(read(body["requestId"])).resolves.toMatchObject({ result: "PASS" });
});

test("performance tests are for publishers, and of apps served in the sandbox", async () => {
  const { control, database, clients, keyring, originalTransactionId } = await setUp();
  const features = [createPerformanceTestsFeature({ database, clients, keyring })];
  const editor = createTestControl({ database, features }, { role: "editor" });
  const body = { originalTransactionId };
  await expect(editor.call(`POST ${PATH}`, body)).resolves.toMatchObject({ status: 403 });
  await expect(editor.call(`GET ${PATH}`)).resolves.toMatchObject({ status: 200 });
  await expect(control.call(`GET ${PATH}/unknown`)).resolves.toMatchObject({ status: 404 });
  await expect(control.call("GET /v1/apps/golf/performance-tests")).resolves.toMatchObject({
    status: 404,
  });
  await database.queries
    .deleteFrom("app_environments")
    .where("environment", "=", "sandbox")
    .execute();
  await expect(control.call(`POST ${PATH}`, body)).resolves.toMatchObject({ status: 404 });
});
