import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import type { StorageDatabase } from "../create-database.ts";
import { createIdSource } from "../id-source.ts";
import { engines, openTestDatabase, openTestDatabaseAt } from "../testing/engines.ts";
import { claimJob } from "./claim-job.ts";
import type { ClaimedJob } from "./claim-job.ts";
import { enqueueJob } from "./enqueue-job.ts";
import type { NewJob } from "./enqueue-job.ts";
import { settleJob } from "./settle-job.ts";

const ids = createIdSource();
const LEASE_MS = 100;

function enqueue(database: StorageDatabase, job: Partial<NewJob> = {}): Promise<boolean> {
  return database.transaction((transaction) =>
    enqueueJob(transaction, { id: ids(), kind: "k", payload: null, dueAt: 0, now: 0, ...job }),
  );
}

function claim(
  database: StorageDatabase,
  now = 0,
  kinds: readonly string[] = ["k"],
): Promise<ClaimedJob | undefined> {
  return claimJob(database, { kinds, lease: ids(), now, leaseMs: LEASE_MS });
}

/** Claims a job that must be there. */
async function claimed(database: StorageDatabase, now = 0): Promise<ClaimedJob> {
  const job = await claim(database, now);
  if (job === undefined) throw new Error("expected a job to be due");
  return job;
}

async function statesIn({ queries }: StorageDatabase) {
  return queries
    .selectFrom("jobs")
    .select(["due_at", "attempts", "last_error", "finished_at", "outcome", "lease"])
    .execute();
}

describe.each(await engines())("on $name", (engine) => {
  test("claimJob() gives what has been due longest, of the kinds asked for, once", async () => {
    const database = await openTestDatabase(engine);
    await enqueue(database, { id: "late", dueAt: 30 });
    await enqueue(database, { id: "early", dueAt: 10, payload: { list: [1] }, maxAttempts: 2 });
    await enqueue(database, { id: "other", kind: "other", dueAt: 0 });
    await expect(claim(database, 9)).resolves.toBeUndefined();
    const job = await claim(database, 40);
    expect(job).toEqual({
      id: "early",
      kind: "k",
      key: null,
      payload: { list: [1] },
      lease: expect.any(String) as string,
      attempts: 1,
      maxAttempts: 2,
    });
    await expect(claim(database, 40)).resolves.toMatchObject({ id: "late" });
    await expect(claim(database, 40)).resolves.toBeUndefined();
    await expect(claim(database, 40, [])).resolves.toBeUndefined();
  });

  test("claimJob() gives a job again when its lease has run out, with the attempt counted", async () => {
    const database = await openTestDatabase(engine);
    await enqueue(database);
    const first = await claimed(database);
    await expect(claim(database, LEASE_MS - 1)).resolves.toBeUndefined();
    await expect(claim(database, LEASE_MS)).resolves.toMatchObject({ id: first.id, attempts: 2 });
  });

  test("claimJob() gives each job to one claimer, over several processes", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    const other = place.engine === "sqlite" ? database : await openTestDatabaseAt(place);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), fc.nat({ max: 16 }), async (jobs, claimers) => {
        await database.queries.deleteFrom("jobs").execute();
        for (let index = 0; index < jobs; index += 1) await enqueue(database);
        const claims = await Promise.all(
          Array.from({ length: claimers }, (_, index) => claim(index % 2 ? database : other)),
        );
        const got = claims.flatMap((job) => (job === undefined ? [] : [job.id]));
        expect(new Set(got).size).toBe(got.length);
        // Nobody goes away without a job while there are some.
        expect(got).toHaveLength(Math.min(jobs, claimers));
      }),
      { numRuns: 15 },
    );
  });

  test("enqueueJob() adds one unfinished job of a kind and key, again after it has finished", async () => {
    const database = await openTestDatabase(engine);
    await expect(enqueue(database, { key: "one" })).resolves.toBe(true);
    await expect(enqueue(database, { key: "one" })).resolves.toBe(false);
    await expect(enqueue(database, { key: "one", kind: "other" })).resolves.toBe(true);
    const job = await claimed(database);
    await expect(enqueue(database, { key: "one" })).resolves.toBe(false);
    await settleJob(database.queries, job, { to: "done", at: 5 });
    await expect(enqueue(database, { key: "one" })).resolves.toBe(true);
  });

  test("enqueueJob() adds nothing when its transaction is undone", async () => {
    const database = await openTestDatabase(engine);
    await database
      .transaction(async (transaction) => {
        await enqueueJob(transaction, { id: ids(), kind: "k", payload: 1, dueAt: 0, now: 0 });
        throw new Error("undone");
      })
      .catch(() => undefined);
    await expect(claim(database)).resolves.toBeUndefined();
  });

  const free = { lease: null, finished_at: null, outcome: null };

  test.each([
    [
      { to: "retry" as const, dueAt: 7, error: "E" },
      { ...free, due_at: 7, attempts: 1, last_error: "E" },
    ],
    [
      { to: "released" as const, dueAt: 7 },
      { ...free, due_at: 7, attempts: 0, last_error: null },
    ],
    [
      { to: "repeat" as const, dueAt: 7, error: null },
      { ...free, due_at: 7, attempts: 0, last_error: null },
    ],
    [
      { to: "done" as const, at: 9 },
      { lease: null, finished_at: 9, outcome: "done", attempts: 1, last_error: null },
    ],
    [
      { to: "failed" as const, at: 9, error: "E" },
      { lease: null, finished_at: 9, outcome: "failed", attempts: 1, last_error: "E" },
    ],
  ])("settleJob() writes %o", async (settlement, state) => {
    const database = await openTestDatabase(engine);
    await enqueue(database);
    const job = await claimed(database);
    await expect(settleJob(database.queries, job, settlement)).resolves.toBe(true);
    await expect(statesIn(database)).resolves.toMatchObject([state]);
    // The claim is over: nothing more can be written under it.
    await expect(settleJob(database.queries, job, { to: "done", at: 1 })).resolves.toBe(false);
  });

  test("settleJob() extends a lease, and writes nothing for who has lost it", async () => {
    const database = await openTestDatabase(engine);
    await enqueue(database);
    const first = await claimed(database);
    await settleJob(database.queries, first, { to: "extended", until: 500 });
    await expect(claim(database, 499)).resolves.toBeUndefined();
    const second = await claimed(database, 500);
    await expect(settleJob(database.queries, first, { to: "done", at: 1 })).resolves.toBe(false);
    await expect(settleJob(database.queries, second, { to: "done", at: 2 })).resolves.toBe(true);
    await expect(statesIn(database)).resolves.toMatchObject([{ finished_at: 2 }]);
  });
});
