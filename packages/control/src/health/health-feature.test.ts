import { describe, expect, test } from "vitest";
import { createTestControl } from "../apps/testing/test-control.ts";
import type { TestCallerOptions } from "../apps/testing/test-control.ts";
import { createJobRunner } from "../jobs/index.ts";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { createIdSource, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { keepConditions } from "./conditions.ts";
import { createHealthFeature } from "./index.ts";

const RELEASE = { release: "1.2.3", startedAt: 7 };

/** What a status answers, as far as it is looked into. */
interface Status {
  readonly jobs: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
}

describe.each(await engines())("on $name", (engine) => {
  async function open(caller: TestCallerOptions = {}) {
    const database = await openTestDatabase(engine);
    const control = createTestControl(
      { database, features: [createHealthFeature({ database, ...RELEASE })] },
      caller,
    );
    return {
      database,
      control,
      // The operation's own answer.
      status: async () => (await control.call("GET /v1/status")).body as unknown as Status,
    };
  }

  test("readHealth says no more than that it works", async () => {
    const { control } = await open();
    const { status, body } = await control.call("GET /v1/health");
    expect([status, body]).toEqual([200, { isOk: true }]);
  });

  test("readHealth is UNAVAILABLE once the database is gone", async () => {
    const { control, database } = await open();
    await database.close();
    const { status, body } = await control.call("GET /v1/health");
    expect([status, body["error"]]).toMatchObject([503, { code: "UNAVAILABLE" }]);
  });

  test("readStatus tells the release, the store, and what is missing", async () => {
    const { control } = await open();
    expect((await control.call("GET /v1/status")).body).toEqual({
      ...RELEASE,
      store: engine.name,
      jobs: [],
      warnings: ["no app is configured yet"],
    });
  });

  test("readStatus is for those who may see all apps", async () => {
    const { control } = await open({ apps: ["yoga"] });
    expect((await control.call("GET /v1/status")).status).toBe(403);
  });

  test("readStatus tells how recurring jobs are", async () => {
    const { database, status } = await open();
    let isFailing = true;
    const done = { fine: 0, broken: 0 };
    const running = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const startedAt = Date.now();
    const runner = createJobRunner({
      database,
      pollMs: 10,
      kinds: [
        {
          name: "broken",
          everyMs: 3_600_000,
          async run() {
            done.broken += 1;
            if (isFailing) throw new TypeError("no");
          },
        },
        {
          name: "fine",
          everyMs: 3_600_000,
          async run() {
            done.fine += 1;
          },
        },
        {
          name: "long",
          everyMs: 3_600_000,
          async run() {
            running.resolve();
            await finished.promise;
          },
        },
      ],
    });
    expect((await status()).jobs).toEqual([]);
    await runner.start();
    await running.promise;
    await expect.poll(status).toMatchObject({
      jobs: [
        { name: "broken", state: "failed", problem: "TypeError" },
        { name: "fine", state: "succeeded" },
        { name: "long", state: "running" },
      ],
      warnings: expect.arrayContaining(["the job broken failed: TypeError"]) as string[],
    });
    const [broken, fine, long] = (await status()).jobs;
    expect(long).not.toHaveProperty("nextRunAt");
    expect(Number(fine?.["lastRunAt"])).toBeGreaterThanOrEqual(startedAt);
    expect(Number(fine?.["nextRunAt"])).toBeGreaterThan(startedAt + 3_000_000);
    expect(Number(broken?.["nextRunAt"])).toBeLessThan(startedAt + 60_000);
    isFailing = false;
    finished.resolve();
    await expect
      .poll(status, { timeout: 5000 })
      .toMatchObject({ jobs: [{ state: "succeeded" }, {}, { state: "succeeded" }] });
    await runner.stop();
  });

  test("readStatus warns of what stands, of foreign roots, and of webhooks that were given up", async () => {
    const { database, status } = await open();
    await openTestPublishing(database);
    await addTrouble(database.queries);
    const name = { app: "yoga", environment: "production", subject: "" } as const;
    const details = { rate: 0.25, limit: 0.1 };
    await database.transaction((transaction) =>
      keepConditions(
        transaction,
        [{ ...name, kind: "fallbackRate.exceeded", state: "standing", details }],
        { ids: createIdSource(), now: 0 },
      ),
    );
    expect((await status()).warnings).toEqual([
      "yoga production trusts a root that is not Apple's",
      "yoga production: 25 % of the answers were not what the flow says; up to 10 % is usual (since 1970-01-01T00:00:00.000Z)",
      "yoga: the webhook w is held back, for it answered 410",
      "yoga has no In-App Purchase key: no offer can be signed, nothing uploaded",
      "yoga has no App Store Connect key: its catalog cannot be read",
    ]);
  });
});

async function addTrouble(queries: Queries): Promise<void> {
  await queries
    .updateTable("app_environments")
    .set({ trusted_roots: toJsonText<readonly string[]>(["pem"]) })
    .where("environment", "=", "production")
    .execute();
  await queries
    .insertInto("webhooks")
    .values({
      id: "w",
      app: "yoga",
      url: "https://hooks.example.com/",
      events: toJsonText<readonly []>([]),
      disabled_because: "gone",
      failing_since: 1,
      version: 1,
      created_at: 1,
    })
    .execute();
}

test("readHealth does not wait for a database that hangs", async () => {
  const database = await openTestDatabase(SQLITE);
  const held = Promise.withResolvers<void>();
  // SQLite has one connection: a transaction that does not end holds up everybody.
  const holding = database.transaction(() => held.promise);
  const features = [createHealthFeature({ database, ...RELEASE, patienceMs: 20 })];
  const control = createTestControl({ database, features });
  const { status, headers, body } = await control.call("GET /v1/health");
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
  expect(body["error"]).toMatchObject({ code: "UNAVAILABLE" });
  held.resolve();
  await holding;
  expect((await control.call("GET /v1/health")).status).toBe(200);
});
