import { describe, expect, test } from "vitest";
import { addKnownKeys, setUpKeys } from "../keys/testing/test-keys.ts";
import type { KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { createIdSource } from "../storage/index.ts";
import { engines } from "../storage/testing/engines.ts";
import { createAppleContentFeature } from "./apple-content-feature.ts";
import { createCatalogFeature, defaultsJob } from "./index.ts";
import { syncCatalog } from "./sync-catalog.ts";

const NEVER = new AbortController().signal;
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const MESSAGE = "0b7e3b0e-0000-4000-8000-000000000001";
const DEFAULTS = "GET /v1/apps/yoga/environments/sandbox/defaults";
const PROBLEMS = "GET /v1/apps/yoga/catalog/problems";
const HOUR_MS = 3_600_000;

async function setUp(options: KeysSettingOptions = {}) {
  const clock = { now: 1_795_000_000_000 };
  const now = () => clock.now;
  const setting = await setUpKeys({
    ...options,
    now,
    features: ({ database, clients }) => [
      createAppleContentFeature({ database, clients }),
      createCatalogFeature({ database, ids: createIdSource() }),
    ],
  });
  await addKnownKeys(setting);
  const { database, clients, emulator } = setting;
  await syncCatalog("yoga", { database, clients, now }, NEVER);
  emulator.uploadMessage(SANDBOX, MESSAGE, { header: "Stay", body: "Please stay." });
  const job = defaultsJob({ database, clients, now });
  return {
    ...setting,
    clock,
    /** Runs the job and returns how often it asked. */
    run: async () => {
      emulator.requestLog.clear();
      await job.run({ id: "1", payload: null, attempt: 1, signal: NEVER });
      return emulator.requestLog.counts()["getDefaultMessage"] ?? 0;
    },
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("defaultsJob() tells which products lack a default message, until they have one", async () => {
    const { control, emulator, run, clock } = await setUp({ engine });
    const place = { productId: "yoga.monthly", locale: "en-US", messageIdentifier: MESSAGE };
    emulator.configureDefault(SANDBOX, place);
    // Three products in one locale, in two environments.
    await expect(run()).resolves.toBe(6);
    await expect(control.call(DEFAULTS)).resolves.toMatchObject({
      body: { items: [{ ...place, seenAt: clock.now }] },
    });
    const problems = await control.call(PROBLEMS);
    const { items } = problems.body as unknown as {
      items: readonly { readonly code: string; readonly message: string }[];
    };
    expect(items).toHaveLength(5);
    expect(new Set(items.map(({ code }) => code))).toEqual(new Set(["DEFAULT_MISSING"]));
    await expect(run()).resolves.toBe(0);
    await expect(control.call(PROBLEMS)).resolves.toMatchObject({ body: problems.body });
    for (const productId of ["yoga.yearly", "yoga.family"]) {
      emulator.configureDefault(SANDBOX, { ...place, productId });
    }
    clock.now += 25 * HOUR_MS;
    await expect(run()).resolves.toBe(6);
    const after = await control.call(PROBLEMS);
    expect(after.text.match(/in production for en-US/g)).toHaveLength(3);
    expect(after.text).not.toContain("in sandbox");
    const filtered = await control.call(`${DEFAULTS}?productId=yoga.family`);
    expect(filtered.body["items"]).toMatchObject([{ productId: "yoga.family" }]);
    const first = await control.call(`${DEFAULTS}?limit=1`);
    const next = String(first.body["nextCursor"]);
    const second = await control.call(`${DEFAULTS}?limit=2&cursor=${next}`);
    expect([first, second].map(({ body }) => body["items"])).toMatchObject([
      [{ productId: "yoga.family" }],
      [{ productId: "yoga.monthly" }, { productId: "yoga.yearly" }],
    ]);
  });

  test("a sync leaves alone what is known of default messages", async () => {
    const { control, run, database, clients } = await setUp({ engine });
    await run();
    const before = await control.call(PROBLEMS);
    expect(before.body["items"]).toHaveLength(6);
    await syncCatalog("yoga", { database, clients }, NEVER);
    await expect(control.call(PROBLEMS)).resolves.toMatchObject({ body: before.body });
  });
});

test("defaultsJob() goes on where Apple stopped answering", async () => {
  const { control, run, emulator } = await setUp();
  emulator.faults.set([
    { kind: "status", status: 500, operation: "getDefaultMessage", skip: 2, times: 1 },
  ]);
  await expect(run()).resolves.toBe(6);
  await expect(control.call(PROBLEMS)).resolves.toMatchObject({ status: 200 });
  await expect(run()).resolves.toBe(1);
});
