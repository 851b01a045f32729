import { describe, expect, test } from "vitest";
import { LARGE_TABLES } from "../control/large-tables.ts";
import { PRIMARY_KEYS } from "../storage/schema/schema.ts";
import { engines, openTestDatabaseAt } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { clearAppsJob, createAppsFeature } from "./index.ts";
import { createTestControl, createTestKeyring } from "./testing/test-control.ts";

const YOGA = { id: "yoga", name: "Yoga", bundleId: "com.example.yoga", appAppleId: 1 };
const OTHER = { ...YOGA, id: "other", bundleId: "com.example.other" };
const ROWS = 1200;
const MINUTE_MS = 60_000;

async function open(engine: TestEngine) {
  const place = await engine.migratedPlace();
  const database = await openTestDatabaseAt(place);
  const clock = { now: 1_000_000 };
  const dependents = {
    liveEnvironments: () => Promise.resolve([]),
    deletions: [],
    tables: LARGE_TABLES,
  };
  const keyring = await createTestKeyring();
  const features = [createAppsFeature({ database, keyring, dependents })];
  const control = createTestControl({ database, features }, { now: () => clock.now });
  const { queries } = database;
  const environment = "sandbox" as const;
  const fill = async (app: string, count: number) => {
    const names = Array.from({ length: count }, (_, index) => `${app} ${index}`);
    await queries
      .insertInto("transaction_owners")
      .values(
        names.map((pseudonym) => ({ app, environment, transaction_hash: pseudonym, pseudonym })),
      )
      .execute();
    await queries
      .insertInto("outcome_heard")
      .values(names.map((_, slot) => ({ app, environment, slot })))
      .execute();
  };
  const left = async (app: string) => {
    const owners = await queries
      .selectFrom("transaction_owners")
      .select("app")
      .where("app", "=", app)
      .execute();
    const slots = await queries
      .selectFrom("outcome_heard")
      .select("app")
      .where("app", "=", app)
      .execute();
    return [owners.length, slots.length];
  };
  /** Runs the job; the process dies when it is about to make its statement of this number. */
  const clear = async (diesAfter = Infinity) => {
    let looks = 0;
    const death = new Error("killed");
    const signal = Object.assign(new AbortController().signal, {
      throwIfAborted() {
        looks += 1;
        if (looks > diesAfter) throw death;
      },
    });
    const job = clearAppsJob({ database, tables: LARGE_TABLES, now: () => clock.now, batch: 100 });
    await job.run({ id: "job", payload: null, attempt: 1, signal }).catch((error: unknown) => {
      if (error !== death) throw error;
    });
  };
  const create = (app: object) => control.call("POST /v1/apps", { ...app, environments: {} });
  return { control, clock, create, fill, left, clear };
}

async function deleteApp({ control }: Awaited<ReturnType<typeof open>>, app: string) {
  const { headers } = await control.call(`GET /v1/apps/${app}`);
  const ifMatch = { "If-Match": headers.get("ETag") ?? "" };
  return (await control.call(`DELETE /v1/apps/${app}`, undefined, ifMatch)).status;
}

test("every large table begins its key with the app", () => {
  for (const table of LARGE_TABLES) expect(PRIMARY_KEYS[table][0]).toBe("app");
});

describe.each(await engines())("what is left of deleted apps, on $name", (engine) => {
  test("is cleared in parts, however often the process dies, before another can have the id", async () => {
    const setting = await open(engine);
    const { clock, create, fill, left, clear } = setting;
    await create(YOGA);
    await create(OTHER);
    await fill("yoga", ROWS);
    await fill("other", 3);
    expect(await deleteApp(setting, "yoga")).toBe(204);
    const [owners = 0, slots = 0] = await left("yoga");
    expect([owners, slots]).toEqual([200, 200]);
    const refused = await create(YOGA);
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining("still being deleted"),
    ]);
    // Refused, it has not left half an app behind.
    expect((await setting.control.call("GET /v1/apps/yoga")).status).toBe(404);

    await clear(3);
    expect(await left("yoga")).not.toEqual([0, 0]);
    expect(await left("yoga")).not.toEqual([200, 200]);
    for (let dies = 4; dies < 20; dies += 1) await clear(dies);
    expect(await left("yoga")).toEqual([0, 0]);
    // Whoever was writing of it when it was deleted may not have ended.
    expect((await create(YOGA)).status).toBe(409);
    await fill("yoga", 2);
    clock.now += 2 * MINUTE_MS;
    await clear();
    expect([await left("yoga"), await left("other")]).toEqual([
      [0, 0],
      [3, 3],
    ]);
    expect((await create(YOGA)).status).toBe(201);
  });

  test("is nothing where the app was small: another can have the id at once", async () => {
    const setting = await open(engine);
    await setting.create(YOGA);
    await setting.fill("yoga", 5);
    expect(await deleteApp(setting, "yoga")).toBe(204);
    expect(await setting.left("yoga")).toEqual([0, 0]);
    expect((await setting.create(YOGA)).status).toBe(201);
  });
});
