import { createConnectClient, readCatalog } from "@holdfast/appstore/connect-api";
import { importConnectKey } from "@holdfast/appstore/signatures";
import type { AppDefinition, Emulator } from "@holdfast/emulator";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  addKnownKeys,
  knownConnectKey,
  newPrivateKey,
  setUpKeys,
} from "../keys/testing/test-keys.ts";
import type { KeysSetting, KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { changesSince, claimJob, createIdSource, latestChange } from "../storage/index.ts";
import { engines } from "../storage/testing/engines.ts";
import { catalogJobs, createCatalogFeature, readFlowCatalog, readStoredCatalog } from "./index.ts";
import { normaliseCatalog } from "./normalise-catalog.ts";
import { syncCatalog } from "./sync-catalog.ts";
import type { SyncOptions } from "./sync-catalog.ts";
import { SMALL_APP } from "./testing/small-app.ts";

const ids = createIdSource();
const NEVER = new AbortController().signal;

interface SyncSetting extends KeysSetting {
  /** Paths App Store Connect was asked for. */
  readonly asked: string[];
  readonly clock: { now: number };
  readonly sync: (options?: Partial<SyncOptions>) => Promise<void>;
}

async function setUp(options: KeysSettingOptions = {}): Promise<SyncSetting> {
  const asked: string[] = [];
  const clock = { now: 1_795_000_000_000 };
  const now = () => (clock.now += 1000);
  const setting = await setUpKeys({
    now,
    ...options,
    calling: {
      fetch: (url, init) => {
        asked.push(url);
        return fetch(url, init);
      },
      clock: { now: Date.now, sleep: () => Promise.resolve() },
      ...options.calling,
    },
    features: ({ database }) => [createCatalogFeature({ database, ids })],
  });
  await addKnownKeys(setting);
  const { database, clients } = setting;
  const sync = (given: Partial<SyncOptions> = {}) =>
    syncCatalog("yoga", { database, clients, now, ...given }, NEVER);
  return { ...setting, asked, clock, sync };
}

const LIVE_REFERENCES = [
  { productId: "yoga.family" },
  { productId: "yoga.yearly", offerIdentifier: "Y3" },
  { productId: "yoga.yearly", offerIdentifier: "YOGA_3M_FREE" },
];

/** What the emulator has, read without control. */
async function readDirectly(emulator: Emulator) {
  const { keyId, issuerId, privateKey } = knownConnectKey(emulator);
  const owner = { kind: "team", issuerId } as const;
  const key = await importConnectKey({ keyId, privateKey, owner });
  const { connectBaseUrl, bundleId } = emulator.credentials("yoga");
  const client = createConnectClient({ key, baseUrl: connectBaseUrl });
  return normaliseCatalog(await readCatalog(client, bundleId));
}

/** The definition of an app, to be changed as its developer would change it in App Store Connect. */
function definitionOf(emulator: Emulator): Mutable<AppDefinition> {
  const definition = emulator.apps().find(({ id }) => id === "yoga");
  if (definition === undefined) throw new Error("expected the app yoga");
  // Apps that come with the emulator are the same object in every one of them.
  const before = structuredClone(definition);
  onTestFinished(() => {
    Object.assign(definition, before);
  });
  // The emulator reads it anew for every answer; only the type is read-only.
  return definition as Mutable<AppDefinition>;
}

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

describe.each(await engines())("on $name", (engine) => {
  test("syncCatalog() writes what App Store Connect has, for the API and for flows", async () => {
    const { sync, control, database, emulator } = await setUp({ engine });
    await expect(control.call("GET /v1/apps/yoga/catalog")).resolves.toMatchObject({ status: 404 });
    await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
      body: { state: "never" },
    });
    await sync();
    const direct = await readDirectly(emulator);
    const { body, headers } = await control.call("GET /v1/apps/yoga/catalog");
    const { incomplete: _, ...expected } = JSON.parse(JSON.stringify(direct)) as typeof direct;
    expect(body).toEqual({ ...expected, syncedAt: expect.any(Number) as number });
    const conditional = { "If-None-Match": headers.get("ETag") ?? "" };
    await expect(
      control.call("GET /v1/apps/yoga/catalog", undefined, conditional),
    ).resolves.toMatchObject({ status: 304 });
    const flows = await readFlowCatalog(database.queries, "yoga");
    expect(flows?.products.map(({ productId }) => productId)).toEqual([
      "yoga.family",
      "yoga.monthly",
      "yoga.yearly",
    ]);
    expect(flows?.products[1]?.promotionalOffers).toMatchObject([{ offerIdentifier: "YOGA_HALF" }]);
    await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
      body: { state: "succeeded", nextAt: expect.any(Number) as number },
    });
    await expect(control.call("GET /v1/apps/yoga/catalog/problems")).resolves.toMatchObject({
      body: { items: [] },
    });
  });

  test("syncCatalog() touches nothing that is as it was, and announces only what changed", async () => {
    const { sync, database } = await setUp({ engine });
    const { queries } = database;
    const changed = () =>
      queries.selectFrom("catalog_products").select(["product_id", "changed_at"]).execute();
    await sync();
    const first = await changed();
    const cursor = await latestChange(queries);
    await sync();
    await expect(changed()).resolves.toEqual(first);
    await expect(changesSince(queries, cursor)).resolves.toMatchObject({ changes: [] });
  });

  test("syncCatalog() tells what changed, what is gone and what is incomplete, until it is mended", async () => {
    const { sync, control, database, emulator, clock } = await setUp({ engine });
    await sync();
    const definition = definitionOf(emulator);
    const [yoga, family] = definition.groups;
    const yearly = yoga?.products[0];
    if (yearly === undefined || family === undefined) throw new Error("expected two groups");
    const cursor = await latestChange(database.queries);
    yearly.usdPrice = 123.99;
    family.products = [];
    definition.offers = definition.offers.filter(({ offerIdentifier }) => offerIdentifier !== "Y3");
    await sync({ liveReferences: () => Promise.resolve(LIVE_REFERENCES) });
    const problems = await control.call("GET /v1/apps/yoga/catalog/problems");
    const { items } = problems.body as unknown as {
      items: readonly { readonly id: string; readonly code: string; readonly message: string }[];
    };
    expect(items.map(({ code }) => code).toSorted()).toEqual([
      "OFFER_GONE",
      "PRICE_CHANGED",
      "PRODUCT_GONE",
    ]);
    expect(items.find(({ code }) => code === "PRICE_CHANGED")?.message).toContain("123.99 USD");
    const { changes } = await changesSince(database.queries, cursor, { app: "yoga" });
    expect(changes).toMatchObject([{ topic: "catalog", app: "yoga" }]);
    const catalog = await readFlowCatalog(database.queries, "yoga");
    expect(catalog?.products.map(({ productId }) => productId)).toEqual([
      "yoga.monthly",
      "yoga.yearly",
    ]);
    await sync({ liveReferences: () => Promise.resolve(LIVE_REFERENCES) });
    const again = await control.call("GET /v1/apps/yoga/catalog/problems");
    expect(again.body).toEqual(problems.body);
    await sync();
    const mended = await control.call("GET /v1/apps/yoga/catalog/problems");
    expect(mended.body["items"]).toMatchObject([{ code: "PRICE_CHANGED" }]);
    clock.now += 30 * 86_400_000;
    await sync();
    await expect(control.call("GET /v1/apps/yoga/catalog/problems")).resolves.toMatchObject({
      body: { items: [] },
    });
  });

  test("syncCatalog() keeps the last catalog where a later sync fails, and says why", async () => {
    const { sync, control, emulator, database, clock } = await setUp({ engine });
    await sync();
    const before = await readStoredCatalog(database.queries, "yoga");
    definitionOf(emulator).offers = [];
    emulator.setConnectHourlyLimit(3);
    await expect(sync()).rejects.toMatchObject({ code: "APPLE_RATE_LIMITED" });
    await expect(readStoredCatalog(database.queries, "yoga")).resolves.toEqual(before);
    await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
      body: {
        state: "failed",
        succeededAt: before?.syncedAt,
        problem: { code: "APPLE_RATE_LIMITED" },
      },
    });
    emulator.setConnectHourlyLimit(Infinity);
    clock.now += 600_000;
    await sync();
    const after = await readStoredCatalog(database.queries, "yoga");
    expect(after?.products.flatMap(({ promotionalOffers }) => promotionalOffers)).toEqual([]);
  });

  test("syncCatalog() killed at any point goes on, asks for nothing twice, and ends the same", async () => {
    const emulator = { apps: [SMALL_APP] };
    const { sync, database, asked } = await setUp({ engine, emulator });
    const { queries } = database;
    const clear = async () => {
      for (const table of [
        "catalogs",
        "catalog_groups",
        "catalog_products",
        "catalog_offers",
        "catalog_retention",
        "catalog_syncs",
        "catalog_sync_steps",
      ] as const) {
        await queries.deleteFrom(table).execute();
      }
      asked.length = 0;
    };
    const recorded: string[] = [];
    await sync({ onPoint: (point) => recorded.push(point) });
    const wholeCalls = asked.length;
    const { hash } = (await readStoredCatalog(queries, "yoga")) ?? {};
    expect(recorded.length).toBeGreaterThanOrEqual(2 * wholeCalls);
    for (const [index, point] of recorded.entries()) {
      await clear();
      let seen = 0;
      const dies = () => {
        if (seen >= index) throw new Error("killed");
        seen += 1;
      };
      await expect(sync({ onPoint: dies })).rejects.toThrow("killed");
      await sync();
      const after = await readStoredCatalog(queries, "yoga");
      const steps = await queries.selectFrom("catalog_sync_steps").select("step").execute();
      expect({ point, hash: after?.hash, steps }).toEqual({ point, hash, steps: [] });
      // A list whose answer was not kept yet is asked for once more; after the commit all is read anew.
      const most = point === "written" ? 2 * wholeCalls : wholeCalls + 1;
      expect({ point, isMore: asked.length > most }).toEqual({ point, isMore: false });
    }
  }, 120_000);
});

test("syncCatalog() ends its read where the signal does, and the next one goes on", async () => {
  const { database, clients, asked, sync } = await setUp();
  const ending = new AbortController();
  const onPoint = (point: string) => {
    if (point.startsWith("kept: subscriptions")) ending.abort();
  };
  const ended = syncCatalog("yoga", { database, clients, onPoint }, ending.signal);
  await expect(ended).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
  const before = asked.length;
  await syncCatalog("yoga", { database, clients }, NEVER);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeGreaterThan(before);
  await sync();
});

test("syncCatalog() writes down what only people can mend, and does not ask for another try", async () => {
  const setting = await setUp();
  const { control, sync } = setting;
  const { keyId } = knownConnectKey(setting.emulator);
  await control.call(`DELETE /v1/apps/yoga/connect-keys/${keyId}`);
  await sync();
  await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
    body: { state: "failed", problem: { code: "KEY_MISSING" } },
  });
  const wrong = {
    keyId: "WRONG",
    kind: "team",
    issuerId: "57246542-96fe-1a63-e053-0824d011072a",
    privateKey: newPrivateKey(),
  };
  await control.call("POST /v1/apps/yoga/connect-keys", wrong);
  await sync();
  await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
    body: { state: "failed", problem: { code: "APPLE_UNAUTHORIZED" } },
  });
});

test("syncCatalog() leaves some calls of the hour to others, and goes on when there are more", async () => {
  const { sync, emulator, asked, database, clock } = await setUp();
  emulator.setConnectHourlyLimit(10);
  await expect(sync()).rejects.toMatchObject({ code: "CALLS_RUN_OUT" });
  expect(asked).toHaveLength(10);
  emulator.setConnectHourlyLimit(Infinity);
  await expect(sync()).rejects.toMatchObject({ code: "CALLS_RUN_OUT" });
  clock.now += 300_000;
  await sync();
  expect(new Set(asked).size).toBe(asked.length);
  await expect(readStoredCatalog(database.queries, "yoga")).resolves.toBeDefined();
});

test("syncCatalog() of an app that was deleted does nothing", async () => {
  const { database, clients } = await setUp();
  await syncCatalog("gone", { database, clients }, NEVER);
  const rows = await database.queries.selectFrom("catalog_syncs").select("app").execute();
  expect(rows).toEqual([]);
});

test("syncCatalog the operation begins one sync, however often it is asked", async () => {
  const { control, database } = await setUp();
  const first = await control.call("POST /v1/apps/yoga/catalog/sync");
  expect(first).toMatchObject({ status: 202, body: { state: "running" } });
  const second = await control.call("POST /v1/apps/yoga/catalog/sync");
  expect(second.body["startedAt"]).toBe(first.body["startedAt"]);
  const claim = () =>
    claimJob(database, { kinds: ["catalog.sync"], lease: ids(), now: 9e14, leaseMs: 1000 });
  await expect(claim()).resolves.toMatchObject({ payload: { app: "yoga" } });
  const rows = await database.queries.selectFrom("jobs").select("key").execute();
  expect(rows).toEqual([{ key: "yoga" }]);
});

test("syncCatalog the operation needs an active key", async () => {
  const { control, emulator } = await setUp();
  await control.call(`DELETE /v1/apps/yoga/connect-keys/${knownConnectKey(emulator).keyId}`);
  await expect(control.call("POST /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
});

test("catalogJobs() begin a sync for each app whose last one is long ago, and do it", async () => {
  const { database, clients, control } = await setUp();
  let now = 1_796_000_000_000;
  const kinds = catalogJobs({ database, clients, ids, now: () => now });
  const run = (name: string, payload: unknown) =>
    kinds
      .find((kind) => kind.name === name)
      ?.run({ id: ids(), payload, attempt: 1, signal: NEVER });
  const claim = () =>
    claimJob(database, { kinds: ["catalog.sync"], lease: ids(), now, leaseMs: 1000 });
  await run("catalog.schedule", null);
  const job = await claim();
  await run("catalog.sync", job?.payload);
  await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
    body: { state: "succeeded" },
  });
  await database.queries.deleteFrom("jobs").execute();
  now += 3_600_000;
  await run("catalog.schedule", null);
  await expect(claim()).resolves.toBeUndefined();
  now += 6 * 3_600_000;
  await run("catalog.schedule", null);
  await expect(claim()).resolves.toMatchObject({ payload: { app: "yoga" } });
});
