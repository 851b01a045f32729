import { describe, expect, test } from "vitest";
import type { Database } from "../storage/index.ts";
import { claimJob, createIdSource, enqueueJob, settleJob } from "../storage/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { retentionJob } from "./retention-job.ts";
import type { RetentionOptions } from "./retention-job.ts";

const ids = createIdSource();
const NOW = 1000;

function run(
  database: Database,
  options: Partial<RetentionOptions> = {},
  signal = new AbortController().signal,
): Promise<void> {
  const kind = retentionJob({
    database,
    finishedJobsMs: 100,
    changesMs: 100,
    batch: 2,
    times: { now: () => NOW },
    ...options,
  });
  return kind.run({ id: "r", payload: null, attempt: 1, signal });
}

async function addKeys({ queries }: Database, expiries: readonly number[]): Promise<void> {
  await queries
    .insertInto("idempotency_keys")
    .values(
      expiries.map((expires_at, index) => ({
        // The same key under two scopes: one may go and the other stay.
        scope: `scope ${index}`,
        key: "k",
        request_hash: "00",
        status: null,
        content_type: null,
        body: null,
        created_at: 0,
        expires_at,
      })),
    )
    .execute();
}

async function finishJob(database: Database, at: number): Promise<void> {
  await database.transaction((transaction) =>
    enqueueJob(transaction, { id: ids(), kind: "k", payload: null, dueAt: 0, now: 0 }),
  );
  const job = await claimJob(database, { kinds: ["k"], lease: ids(), now: 0, leaseMs: 10 ** 6 });
  if (job === undefined) throw new Error("expected the job");
  await settleJob(database.queries, job, { to: "done", at });
}

describe.each(await engines())("on $name", (engine) => {
  test("retentionJob() deletes expired keys, jobs finished long ago and old changes, and nothing else", async () => {
    let now = 0;
    const database = await openTestDatabase(engine, { now: () => now });
    await addKeys(database, [1, 5, NOW, NOW + 1, 7, 8, NOW + 2]);
    for (const at of [899, 900, 10, 20, 30]) await finishJob(database, at);
    await database.transaction((transaction) =>
      enqueueJob(transaction, { id: "unfinished", kind: "k", payload: null, dueAt: 0, now: 0 }),
    );
    for (const at of [0, 1, 2, 899, 900, NOW]) {
      now = at;
      await database.transaction(async ({ announce }) => {
        announce({ topic: "t" });
      });
    }
    await run(database);
    const keys = await database.queries
      .selectFrom("idempotency_keys")
      .select("expires_at")
      .orderBy("expires_at")
      .execute();
    expect(keys.map(({ expires_at }) => expires_at)).toEqual([NOW + 1, NOW + 2]);
    const jobs = await database.queries.selectFrom("jobs").select(["id", "finished_at"]).execute();
    expect(jobs).toHaveLength(2);
    expect(jobs).toContainEqual({ id: "unfinished", finished_at: null });
    expect(jobs).toContainEqual(expect.objectContaining({ finished_at: 900 }));
    const changes = await database.queries
      .selectFrom("changes")
      .select("at")
      .orderBy("seq")
      .execute();
    expect(changes.map(({ at }) => at)).toEqual([900, NOW]);
  });

  test("retentionJob() stops after its batches, and when it is told to", async () => {
    const database = await openTestDatabase(engine);
    await addKeys(database, [1, 2, 3, 4, 5, 6, 7]);
    const left = async () =>
      (await database.queries.selectFrom("idempotency_keys").select("scope").execute()).length;
    await run(database, { maxBatches: 2 });
    await expect(left()).resolves.toBe(3);
    await expect(run(database, {}, AbortSignal.abort())).rejects.toThrow();
    await expect(left()).resolves.toBe(3);
    await run(database);
    await expect(left()).resolves.toBe(0);
  });
});
