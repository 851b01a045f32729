import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../distribution/answer-hours.ts";
import { keepReport } from "../distribution/runtimes.ts";
import { failSync, beginSync, succeedSync } from "../catalog/sync-state.ts";
import { writePollProblem } from "../catalog/write-review-states.ts";
import { insertForward } from "../notifications/forwarding/forwards.ts";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { wantStatuses } from "../statuses/index.ts";
import { writeQueueProgress } from "../statuses/queue-state.ts";
import type { QueueProgress } from "../statuses/queue-state.ts";
import { createIdSource, toJsonText } from "../storage/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { listStanding } from "./conditions.ts";
import { conditionsJob } from "./index.ts";

const START = 500_000 * HOUR_MS;
const MINUTE_MS = 60_000;
const NOTHING = { answered: 0, fallback: 0, deferred: 0, refused: 0, unavailable: 0 };

describe.each(await engines())("on $name", (engine) => {
  async function open() {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const { database } = control;
    let now = START;
    let counts = { ...NOTHING };
    const job = conditionsJob({ database, ids: createIdSource(), now: () => now });
    return {
      ...control,
      now: () => now,
      wait: (milliseconds: number) => {
        now += milliseconds;
      },
      /** A runtime answers so often in production, and reports. */
      answer: (more: Partial<typeof NOTHING>) => {
        counts = { ...counts };
        for (const [name, count] of Object.entries(more)) {
          counts[name as keyof typeof NOTHING] += count;
        }
        const isAsked = Object.keys(more).length > 0;
        const place = { app: "yoga", environment: "production", sequence: 1 } as const;
        const answers = { ...counts, ...(isAsked ? { lastRequestAt: now } : {}) };
        return database.transaction((transaction) =>
          keepReport(transaction, {
            id: "one",
            token: "t",
            host: "node",
            release: "0.0.0",
            startedAt: START,
            reportedAt: now,
            serves: [{ ...place, stopListSequence: 0, answers }],
          }),
        );
      },
      look: async () => {
        const { signal } = new AbortController();
        await job.run({ id: "job", payload: null, attempt: 1, signal });
        return (await listStanding(database.queries)).map(
          ({ kind, environment, subject }) => `${kind} ${environment} ${subject}`,
        );
      },
    };
  }

  test("conditionsJob() finds fallbacks, and their end", async () => {
    const control = await open();
    const { answer, look, wait } = control;
    await answer({ answered: 100 });
    expect(await look()).toEqual([]);
    await answer({ fallback: 30 });
    const exceeded = "fallbackRate.exceeded production ";
    expect(await look()).toEqual([exceeded]);
    wait(2 * HOUR_MS);
    await answer({ answered: 100 });
    expect(await look()).toEqual([]);
    // A pause is what somebody wants; the flow's fallback then is no failure.
    const path = "/v1/apps/yoga/environments/production/pause";
    expect((await control.call(`POST ${path}`, { isWholeApp: true })).status).toBe(200);
    await answer({ fallback: 500 });
    expect(await look()).toEqual([]);
  });

  test("conditionsJob() finds what cannot be written for Workers for a minute, once an environment", async () => {
    const { database, look, wait, now } = await open();
    const { queries } = database;
    const target = { app: "yoga", id: "w", account_id: "a", namespace_id: "n", connected_at: 1 };
    await queries.insertInto("workers_targets").values(target).execute();
    const failing = { attempts: 3, problem: "CLOUDFLARE_REFUSED", failing_since: now() };
    const value = { app: "yoga", environment: "production", ...failing } as const;
    await queries
      .insertInto("workers_values")
      .values([
        { ...value, kind: "live" },
        { ...value, kind: "stopList" },
      ])
      .execute();
    wait(MINUTE_MS - 1);
    expect(await look()).toEqual([]);
    wait(1);
    expect(await look()).toEqual(["workers.failing production "]);
    await queries.updateTable("workers_values").set({ failing_since: null }).execute();
    expect(await look()).toEqual([]);
  });

  test("conditionsJob() finds what cannot be passed on for a day, and statuses nobody gets for six hours", async () => {
    const { database, look, wait, now } = await open();
    const { queries } = database;
    const place = { app: "yoga", environment: "production" } as const;
    await insertForward(queries, { ...place, id: "f", url: "https://a.example", created_at: 0 });
    const fail = () => queries.updateTable("notification_forwards").set({ failing_since: now() });
    await fail().execute();
    const pause = (progress: QueueProgress) =>
      writeQueueProgress(queries, place, { ...progress, now: now() });
    const problem = { code: "APPLE_UNAUTHORIZED", pausedUntil: now() + MINUTE_MS };
    await pause({ problem, isAnswered: true });
    const wanted = [{ pseudonym: "ann", reason: "outcome" }] as const;
    await database.transaction((transaction) =>
      wantStatuses(transaction, place, wanted, { now: now() }),
    );
    wait(6 * HOUR_MS - 1);
    // Another one in a row, with nothing answered between.
    await pause({ problem });
    expect(await look()).toEqual([]);
    wait(1);
    expect(await look()).toEqual(["statuses.paused production "]);
    wait(18 * HOUR_MS - 1);
    expect(await look()).toEqual(["statuses.paused production "]);
    wait(1);
    expect(await look()).toEqual(["statuses.paused production ", "forward.failing production f"]);
    await pause({ isAnswered: true });
    await queries.updateTable("notification_forwards").set({ failing_since: null }).execute();
    expect(await look()).toEqual([]);
    // A pause for which nobody waits is none of anybody's concern.
    await pause({ problem });
    await queries.deleteFrom("wanted_statuses").execute();
    wait(7 * HOUR_MS);
    expect(await look()).toEqual([]);
  });

  test("conditionsJob() finds that Apple asks no more, unless it is ourselves who do not hear", async () => {
    const { answer, look, wait } = await open();
    for (let hour = 0; hour < 48; hour += 1) {
      await answer({ answered: 5 });
      wait(HOUR_MS);
    }
    await answer({});
    expect(await look()).toEqual([]);
    wait(3 * HOUR_MS);
    // Nobody reports: only that is known.
    expect(await look()).toEqual(["runtime.lost both one"]);
    await answer({});
    expect(await look()).toEqual(["apple.silent production "]);
    await answer({ answered: 1 });
    expect(await look()).toEqual([]);
  });

  test("conditionsJob() finds a key that Apple refused, by the last time it was asked", async () => {
    const { database, look, now } = await open();
    const { queries } = database;
    const key = {
      app: "yoga",
      key_id: "KEY0000001",
      public_key_hash: "00",
      is_active: 1,
      created_at: 1,
      last_used_at: null,
      issuer_id: "issuer",
    } as const;
    await queries.insertInto("in_app_purchase_keys").values(key).execute();
    const place = { app: "yoga", environment: "sandbox" } as const;
    await writePollProblem(queries, place, { code: "APPLE_UNREACHABLE", at: now() });
    expect(await look()).toEqual([]);
    await writePollProblem(queries, place, { code: "APPLE_UNAUTHORIZED", at: now() });
    expect(await look()).toEqual(["key.refused sandbox inAppPurchase KEY0000001"]);
    const other = { ...key, key_id: "KEY0000002", public_key_hash: "01" };
    await queries.updateTable("in_app_purchase_keys").set({ is_active: 0 }).execute();
    await queries.insertInto("in_app_purchase_keys").values(other).execute();
    await writePollProblem(queries, place, { code: "APPLE_RATE_LIMITED", at: now() });
    expect(await look()).toEqual([]);
  });

  test("conditionsJob() finds a catalog that cannot be read, and is not deceived by the next try", async () => {
    const { database, look, wait, now } = await open();
    const { queries } = database;
    const key = { app: "yoga", key_id: "CONNECT001", public_key_hash: "00", is_active: 1 } as const;
    const rest = {
      created_at: 1,
      last_used_at: null,
      kind: "individual",
      issuer_id: null,
    } as const;
    await queries
      .insertInto("connect_keys")
      .values({ ...key, ...rest })
      .execute();
    const fail = async (code: string): Promise<void> => {
      const startedAt = await beginSync(queries, "yoga", now());
      const step = { app: "yoga", step: "s", sync_started_at: startedAt, result: toJsonText(1) };
      await queries
        .insertInto("catalog_sync_steps")
        .values(step)
        .onConflict((conflict) => conflict.columns(["app", "step"]).doUpdateSet(step))
        .execute();
      const place = { app: "yoga", startedAt, now: now() };
      await failSync(queries, place, { code, message: "m" });
    };
    await fail("APPLE_UNREACHABLE");
    expect(await look()).toEqual([]);
    wait(11 * MINUTE_MS);
    await fail("APPLE_UNREACHABLE");
    const failed = "catalog.syncFailed both ";
    expect(await look()).toEqual([failed]);
    await fail("APPLE_UNAUTHORIZED");
    const refused = "key.refused both connect CONNECT001";
    expect((await look()).toSorted()).toEqual([failed, refused]);
    const startedAt = await beginSync(queries, "yoga", now());
    expect((await look()).toSorted()).toEqual([failed, refused]);
    await succeedSync(queries, { app: "yoga", startedAt, now: now() });
    expect(await look()).toEqual([]);
  });
});
