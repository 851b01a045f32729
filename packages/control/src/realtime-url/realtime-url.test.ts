import { describe, expect, test } from "vitest";
import { createTestControl } from "../apps/testing/test-control.ts";
import { addKnownKeys, setUpKeys } from "../keys/testing/test-keys.ts";
import type { KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { changesSince, createIdSource, latestChange } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import { storageError } from "../storage/storage-error.ts";
import { engines } from "../storage/testing/engines.ts";
import { createRealtimeUrlFeature, REALTIME_URL_TOPIC, realtimeUrlJob } from "./index.ts";
import { createDyingMeans } from "./testing/dying-means.ts";
import { insertUrlChange } from "./url-changes.ts";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const PRODUCTION = { app: "yoga", environment: "production" } as const;
/** Where a real-time URL is. */
type Path = `/v1/${string}`;

const PATH = "/v1/apps/yoga/environments/sandbox/realtime-url";
const ONE = "https://retention.example.com/one";
const TWO = "https://retention.example.com/two";
const THREE = "https://retention.example.com/three";
const NEVER = new AbortController().signal;

async function setUp(options: KeysSettingOptions = {}) {
  const ids = createIdSource();
  const setting = await setUpKeys({
    ...options,
    features: ({ database, clients }) => [createRealtimeUrlFeature({ database, clients, ids })],
  });
  await addKnownKeys(setting);
  const { control, database, clients, emulator } = setting;
  const cursor = await latestChange(database.queries);
  const job = realtimeUrlJob({ database, clients, ids, now: () => 1_799_000_000_000 });
  return {
    ...setting,
    ids,
    etag: async (path: Path = PATH) =>
      (await control.call(`GET ${path}`)).headers.get("etag") ?? "",
    put: (realtimeURL: string, etag: string, path: Path = PATH) =>
      control.call(`PUT ${path}`, { realtimeURL }, { "If-Match": etag }),
    changes: async () => {
      const { body } = await control.call(`GET ${PATH}/changes`);
      // What the operation answers, as the test needs it.
      return body["items"] as unknown as readonly Readonly<Record<string, unknown>>[];
    },
    announced: async () => {
      const { changes } = await changesSince(database.queries, cursor);
      return changes.filter(({ topic }) => topic === REALTIME_URL_TOPIC);
    },
    audited: async () =>
      database.queries
        .selectFrom("audit_log")
        .select(["action", "actor", "subject", "details"])
        .where("action", "like", "%ealtimeUrl%")
        .orderBy("id")
        .execute(),
    /** Puts a URL there as somebody else would. */
    setElsewhere: (url: string) => emulator.configureRealtimeUrl(SANDBOX, url),
    urlAtApple: () => emulator.world.get("yoga")?.environments.sandbox.realtimeUrl,
    look: () => job.run({ id: "1", payload: null, attempt: 1, signal: NEVER }),
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("the URL is read, set, deleted and set again, with its history", async () => {
    const { control, etag, put, changes, announced, audited, urlAtApple } = await setUp({ engine });
    const none = await control.call(`GET ${PATH}`);
    expect(none.body).toEqual({ seenAt: expect.any(Number) as number });
    const first = await put(ONE, await etag());
    expect(first).toMatchObject({ status: 200, body: { realtimeURL: ONE } });
    const second = await put(TWO, first.headers.get("etag") ?? "");
    expect(second.status).toBe(200);
    const removed = await control.call(`DELETE ${PATH}`, undefined, { "If-Match": await etag() });
    expect(removed.status).toBe(204);
    expect(urlAtApple()).toBeUndefined();
    const history = await changes();
    expect(history).toMatchObject([{ before: TWO }, { before: ONE, after: TWO }, { after: ONE }]);
    expect(history.every(({ isConfirmed }) => isConfirmed === true)).toBe(true);
    expect(history.every(({ changedBy }) => changedBy === "kim")).toBe(true);
    const back = await control.call(
      `POST ${PATH}/rollback`,
      { change: history[1]?.["id"] },
      { "If-Match": await etag() },
    );
    expect(back).toMatchObject({ status: 200, body: { realtimeURL: ONE } });
    expect(urlAtApple()).toBe(ONE);
    const all = (await changes()).toReversed();
    const heard = await announced();
    expect(heard).toMatchObject(all.map(() => SANDBOX));
    expect(heard.map(({ subject }) => subject)).toEqual(all.map(({ id }) => id));
    const actions = (await audited()).map(({ action }) => action);
    expect(actions).toEqual([
      "configureRealtimeUrl",
      "configureRealtimeUrl",
      "deleteRealtimeUrl",
      "rollBackRealtimeUrl",
    ]);
  });

  test("listRealtimeUrlChanges goes page by page, and keeps to its environment", async () => {
    const { control, etag, put } = await setUp({ engine });
    for (const url of [ONE, TWO, THREE]) await put(url, await etag());
    const first = await control.call(`GET ${PATH}/changes?limit=2`);
    expect(first.body["items"]).toMatchObject([{ after: THREE }, { after: TWO }]);
    const next = String(first.body["nextCursor"]);
    const second = await control.call(`GET ${PATH}/changes?limit=2&cursor=${next}`);
    expect(second.body).toMatchObject({ items: [{ after: ONE }] });
    expect(second.body).not.toHaveProperty("nextCursor");
    const production = await control.call(
      "GET /v1/apps/yoga/environments/production/realtime-url/changes",
    );
    expect(production.body).toEqual({ items: [] });
  });

  test("of two editors one wins, and the other learns that the URL moved on", async () => {
    const { etag, put, changes, urlAtApple } = await setUp({ engine });
    const seen = await etag();
    const answers = await Promise.all([put(ONE, seen), put(TWO, seen)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 412]);
    const winner = statuses[0] === 200 ? ONE : TWO;
    expect(urlAtApple()).toBe(winner);
    await expect(changes()).resolves.toMatchObject([{ after: winner }]);
  });

  test("a change made elsewhere is found by reading and by the job, once", async () => {
    const { setElsewhere, etag, put, look, changes, announced, audited } = await setUp({ engine });
    setElsewhere("https://user:hunter2@elsewhere.example/");
    const stale = await etag();
    // What was there before the first look is no change.
    await expect(changes()).resolves.toEqual([]);
    setElsewhere(TWO);
    await expect(put(THREE, stale)).resolves.toMatchObject({ status: 412 });
    await etag();
    setElsewhere(ONE);
    await look();
    await look();
    const history = await changes();
    expect(history).toMatchObject([{ before: TWO, after: ONE }, { after: TWO }]);
    expect(history.some((change) => "changedBy" in change)).toBe(false);
    await expect(announced()).resolves.toHaveLength(2);
    const entries = await audited();
    expect(entries.map(({ action }) => action)).toEqual([
      "noteRealtimeUrlChange",
      "noteRealtimeUrlChange",
    ]);
    expect(JSON.stringify(entries)).not.toContain("hunter2");
  });

  test("the newest thousand changes of a place are kept", async () => {
    const { database, ids } = await setUp({ engine });
    const change = {
      at: 1,
      url_before: null,
      url_after: ONE,
      state: "made" as const,
      changed_by: null,
    };
    const rows = Array.from({ length: 1000 }, () => ({ ...SANDBOX, ...change, id: ids() }));
    const elsewhere = { ...PRODUCTION, ...change, id: ids() };
    for (const batch of [rows.slice(0, 500), rows.slice(500), [elsewhere]]) {
      await database.queries.insertInto("realtime_url_changes").values(batch).execute();
    }
    const newest = { ...SANDBOX, id: ids(), at: 2, before: ONE, after: TWO };
    await insertUrlChange(database.queries, { ...newest, state: "made", changedBy: null });
    const kept = await database.queries
      .selectFrom("realtime_url_changes")
      .select("id")
      .orderBy("id")
      .execute();
    const expected = [...rows.slice(1), elsewhere, newest].map(({ id }) => id);
    expect(kept.map(({ id }) => id)).toEqual(expected);
  });
});

test("a change that is cut off at any step leaves a way back, and a rerun ends it", async () => {
  let steps = 0;
  for (let hasDied = true; hasDied; steps += 1) {
    const setting = await setUp();
    const { database, etag, put, look, changes, announced, urlAtApple, ids } = setting;
    await put(ONE, await etag());
    const seen = await etag();
    const dying = createDyingMeans(setting, steps);
    const features = [createRealtimeUrlFeature({ ...dying, ids })];
    const control = createTestControl({ database: dying.database, features });
    await control.call(`PUT ${PATH}`, { realtimeURL: TWO }, { "If-Match": seen });
    hasDied = dying.hasDied();
    // Where Apple has the new URL by now, the one before is not lost.
    const [newest] = await changes();
    expect(urlAtApple() === ONE || newest?.["before"] === ONE).toBe(true);
    await look();
    await expect(changes()).resolves.toHaveLength(urlAtApple() === TWO ? 2 : 1);
    await expect(put(TWO, await etag())).resolves.toMatchObject({ status: 200 });
    expect(urlAtApple()).toBe(TWO);
    const history = await changes();
    expect(history).toMatchObject([{ before: ONE, after: TWO, changedBy: "kim" }, { after: ONE }]);
    expect(history.every(({ isConfirmed }) => isConfirmed === true)).toBe(true);
    await expect(announced()).resolves.toHaveLength(2);
    await expect(
      database.queries
        .selectFrom("realtime_urls")
        .select("url")
        .where("environment", "=", "sandbox")
        .execute(),
    ).resolves.toEqual([{ url: TWO }]);
  }
  // Three transactions and two calls, each before and after, and the run that ended by itself.
  expect(steps).toBe(11);
});

test("a lost answer of Apple's is no success, and the next reading knows how it ended", async () => {
  const { emulator, etag, put, changes, control } = await setUp();
  const fault = {
    kind: "status",
    status: 500,
    operation: "configureRealtimeURL",
    times: 1,
  } as const;
  emulator.faults.set([{ ...fault, when: "afterEffect" }]);
  const lost = await put(ONE, await etag());
  expect(lost).toMatchObject({ status: 502, body: { error: { code: "APPLE_UNREACHABLE" } } });
  await expect(changes()).resolves.toMatchObject([{ after: ONE, isConfirmed: false }]);
  await expect(control.call(`GET ${PATH}`)).resolves.toMatchObject({ body: { realtimeURL: ONE } });
  await expect(changes()).resolves.toMatchObject([{ after: ONE, isConfirmed: true }]);
  emulator.faults.set([{ ...fault, when: "beforeEffect" }]);
  await put(TWO, await etag());
  await expect(control.call(`GET ${PATH}`)).resolves.toMatchObject({ body: { realtimeURL: ONE } });
  await expect(changes()).resolves.toHaveLength(1);
});

test("what Apple did is a success though it cannot be written down, and the next look finds it", async () => {
  const { database, clients, ids, etag, changes, announced } = await setUp();
  const seen = await etag();
  let transactions = 0;
  const failing: Database = {
    ...database,
    transaction(act) {
      transactions += 1;
      // The first takes over what Apple has, the second is the change, the third says that it was made.
      if (transactions === 3) throw storageError("DATABASE_UNREACHABLE", "the database is gone");
      return database.transaction(act);
    },
  };
  const features = [createRealtimeUrlFeature({ database: failing, clients, ids })];
  const control = createTestControl({ database: failing, features });
  const header = { "If-Match": seen };
  const answer = await control.call(`PUT ${PATH}`, { realtimeURL: ONE }, header);
  expect(answer).toMatchObject({ status: 200, body: { realtimeURL: ONE } });
  await expect(changes()).resolves.toMatchObject([{ after: ONE, isConfirmed: false }]);
  await etag();
  await expect(changes()).resolves.toMatchObject([{ after: ONE, isConfirmed: true }]);
  await expect(announced()).resolves.toHaveLength(1);
});

test("reading while somebody changes the URL takes nothing over", async () => {
  const { control, database, setElsewhere, etag, changes } = await setUp();
  await etag();
  setElsewhere(ONE);
  await database.lock("realtime-url yoga sandbox", async () => {
    const read = await control.call(`GET ${PATH}`);
    expect(read).toMatchObject({ status: 200, body: { realtimeURL: ONE } });
    await expect(changes()).resolves.toEqual([]);
  });
  await etag();
  await expect(changes()).resolves.toMatchObject([{ after: ONE }]);
});

test("a change that was cut off is no more believed where the URL is another one", async () => {
  const { emulator, setElsewhere, etag, put, changes, audited } = await setUp();
  await put(ONE, await etag());
  emulator.faults.set([
    {
      kind: "status",
      status: 500,
      operation: "configureRealtimeURL",
      times: 1,
      when: "afterEffect",
    },
  ]);
  await put(TWO, await etag());
  setElsewhere(THREE);
  await etag();
  await expect(changes()).resolves.toMatchObject([{ before: ONE, after: THREE }, { after: ONE }]);
  expect(JSON.stringify(await audited())).toContain("could not find whether the change");
});

test("production without a passed test is refused with what to do, and nothing is remembered", async () => {
  const path = "/v1/apps/yoga/environments/production/realtime-url";
  const { control, emulator, etag, put, audited } = await setUp();
  const refused = await put(ONE, await etag(path), path);
  expect(refused).toMatchObject({
    status: 502,
    body: {
      error: {
        code: "APPLE_REFUSED",
        advice: expect.stringContaining("createPerformanceTest") as string,
        apple: { errorCode: 4_030_026, errorName: "ForbiddenNoPassingTestError" },
      },
    },
  });
  await expect(control.call(`GET ${path}/changes`)).resolves.toMatchObject({ body: { items: [] } });
  expect((await audited()).map(({ action }) => action)).toEqual([
    "configureRealtimeUrl",
    "settleRealtimeUrlChange",
  ]);
  emulator.grantPerformanceTestPass("yoga");
  await expect(put(ONE, await etag(path), path)).resolves.toMatchObject({ status: 200 });
});

test("rollBackRealtimeUrl refuses where there is nothing to go back to", async () => {
  const { control, etag, put, setElsewhere, changes } = await setUp();
  const rollBack = async (change: unknown) =>
    control.call(`POST ${PATH}/rollback`, { change }, { "If-Match": await etag() });
  await expect(rollBack("url_unknown")).resolves.toMatchObject({ status: 404 });
  await put(ONE, await etag());
  const [first] = await changes();
  await expect(rollBack(first?.["id"])).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
  setElsewhere("https://localhost/");
  await etag();
  await put(TWO, await etag());
  const [second] = await changes();
  expect(second).toMatchObject({ before: "https://localhost/" });
  await expect(rollBack(second?.["id"])).resolves.toMatchObject({ status: 409 });
});

test("setting the URL that Apple has changes nothing", async () => {
  const { etag, put, changes, emulator } = await setUp();
  await put(ONE, await etag());
  const seen = await etag();
  emulator.requestLog.clear();
  await expect(put(ONE, seen)).resolves.toMatchObject({ status: 200, body: { realtimeURL: ONE } });
  expect(emulator.requestLog.counts()).not.toHaveProperty("configureRealtimeURL");
  await expect(changes()).resolves.toHaveLength(1);
});

test.each([
  ["https://localhost/apple", 400, "INPUT_INVALID"],
  ["https://user:hunter2@retention.example.com/", 400, "INPUT_INVALID"],
  ["http://retention.example.com/", 400, "INPUT_INVALID"],
])("configureRealtimeUrl answers %s with %i", async (url, status, code) => {
  const { etag, put, urlAtApple } = await setUp();
  const answer = await put(url, await etag());
  expect(answer).toMatchObject({ status, body: { error: { code } } });
  expect(answer.text).not.toContain("hunter2");
  expect(urlAtApple()).toBeUndefined();
});

test("who may only look cannot change, and without a key there is no URL to read", async () => {
  const { control, database, clients, ids } = await setUp();
  const features = [createRealtimeUrlFeature({ database, clients, ids })];
  const viewer = createTestControl({ database, features }, { role: "editor" });
  const header = { "If-Match": '"none"' };
  const change = await viewer.call(`PUT ${PATH}`, { realtimeURL: ONE }, header);
  expect(change.status).toBe(403);
  await expect(viewer.call(`GET ${PATH}`)).resolves.toMatchObject({ status: 200 });
  await database.queries.deleteFrom("in_app_purchase_keys").execute();
  await expect(control.call(`GET ${PATH}`)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT", message: "yoga has no active In-App Purchase key" } },
  });
});

test("realtimeUrlJob() goes on with other places where Apple does not answer for one", async () => {
  const { emulator, look, database } = await setUp();
  emulator.faults.set([{ kind: "status", status: 500, environment: "production" }]);
  await look();
  const seen = await database.queries.selectFrom("realtime_urls").select("environment").execute();
  expect(seen).toEqual([{ environment: "sandbox" }]);
});
