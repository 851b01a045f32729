import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "../create-database.ts";
import {
  engines,
  openTestDatabase,
  openTestDatabaseAt,
  postgresEngines,
  runOn,
} from "../testing/engines.ts";
import { changesSince, latestChange } from "./changes-since.ts";
import type { ChangeCursor } from "./changes-since.ts";
import { pruneChanges } from "./prune-changes.ts";
import { recordChanges } from "./record-changes.ts";
import type { NewChange } from "./record-changes.ts";

function announce(database: StorageDatabase, ...changes: readonly NewChange[]): Promise<void> {
  return database.transaction(async (transaction) => {
    for (const change of changes) transaction.announce(change);
  });
}

function subjectsOf({ changes }: { readonly changes: readonly { subject: string | null }[] }) {
  return changes.map(({ subject }) => subject);
}

/** Follows the feed to its end. */
async function readOn(
  { queries }: StorageDatabase,
  from: ChangeCursor,
  limit: number,
): Promise<{ readonly subjects: readonly (string | null)[]; readonly cursor: ChangeCursor }> {
  const subjects: (string | null)[] = [];
  let cursor = from;
  for (;;) {
    const page = await changesSince(queries, cursor, { limit });
    expect(page.missed).toBe(false);
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    subjects.push(...subjectsOf(page));
    cursor = page.cursor;
    if (!page.more) return { subjects, cursor };
  }
}

interface Writer {
  readonly changes: number;
  /** How much the transaction does before it ends. */
  readonly reads: number;
  readonly fails: boolean;
}

const WRITER: fc.Arbitrary<Writer> = fc.record({
  changes: fc.integer({ min: 0, max: 3 }),
  reads: fc.integer({ min: 0, max: 4 }),
  fails: fc.boolean(),
});

/** Writes in one transaction and returns what it committed. */
async function write(
  database: StorageDatabase,
  { changes, reads, fails }: Writer,
  name: string,
): Promise<readonly string[]> {
  const subjects = Array.from({ length: changes }, (_, index) => `${name}.${index}`);
  const transaction = database.transaction(async ({ queries, announce: add }) => {
    for (let read = 0; read < reads; read += 1) {
      await queries.selectFrom("jobs").select("id").execute();
    }
    for (const subject of subjects) add({ topic: "t", subject });
    if (fails) throw new Error("undone");
    return subjects;
  });
  return fails ? transaction.catch(() => []) : transaction;
}

describe.each(await engines())("on $name", (engine) => {
  test("changesSince() gives what was announced after the cursor, in order, with its time", async () => {
    const database = await openTestDatabase(engine, { now: () => 77 });
    await announce(database, { topic: "flow", subject: "before" });
    const cursor = await latestChange(database.queries);
    await announce(
      database,
      { topic: "publication", app: "yoga", environment: "sandbox", subject: "p-1" },
      { topic: "flow" },
    );
    const page = await changesSince(database.queries, cursor);
    expect(page).toMatchObject({
      changes: [
        { topic: "publication", app: "yoga", environment: "sandbox", subject: "p-1", at: 77 },
        { topic: "flow", app: null, environment: null, subject: null, at: 77 },
      ],
      more: false,
      missed: false,
    });
    await expect(changesSince(database.queries, page.cursor)).resolves.toMatchObject({
      changes: [],
      cursor: page.cursor,
      missed: false,
    });
  });

  test("changesSince() gives changes of one app and of all apps, and the topics asked for", async () => {
    const database = await openTestDatabase(engine);
    const cursor = await latestChange(database.queries);
    await announce(
      database,
      { topic: "flow", app: "yoga", subject: "1" },
      { topic: "flow", app: "chess", subject: "2" },
      { topic: "flow", subject: "3" },
      { topic: "key", app: "yoga", subject: "4" },
    );
    const options = { app: "yoga", topics: ["flow"] };
    const page = await changesSince(database.queries, cursor, options);
    expect(subjectsOf(page)).toEqual(["1", "3"]);
    // The cursor is past what was not asked for.
    expect(page.cursor).toBe(await latestChange(database.queries));
  });

  test("changesSince() gives pages without losing any between, with a filter too", async () => {
    const database = await openTestDatabase(engine);
    const start = await latestChange(database.queries);
    const subjects = Array.from({ length: 7 }, (_, index) => String(index));
    for (const subject of subjects) {
      await announce(database, { topic: "a", subject }, { topic: "b", subject: "other" });
    }
    const read: (string | null)[] = [];
    let cursor = start;
    let more = true;
    while (more) {
      const page = await changesSince(database.queries, cursor, { topics: ["a"], limit: 3 });
      read.push(...subjectsOf(page));
      ({ cursor, more } = page);
    }
    expect(read).toEqual(subjects);
  });

  test("changesSince() gives all of a transaction that announced very much", async () => {
    const database = await openTestDatabase(engine);
    const start = await latestChange(database.queries);
    const subjects = Array.from({ length: 7001 }, (_, index) => String(index));
    await announce(database, ...subjects.map((subject) => ({ topic: "t", subject })));
    await expect(readOn(database, start, 2000)).resolves.toMatchObject({ subjects });
  });

  test.each(["", "nonsense", "other-epoch:0", "9".repeat(400), "a:b:c"])(
    "changesSince() says it missed some when the cursor is %j",
    async (cursor) => {
      const database = await openTestDatabase(engine);
      await announce(database, { topic: "flow" });
      // What a client may send.
      const page = await changesSince(database.queries, cursor as ChangeCursor);
      expect(page).toEqual({
        changes: [],
        cursor: await latestChange(database.queries),
        more: false,
        missed: true,
      });
    },
  );

  test("changesSince() says it missed some when the feed is behind the cursor or forgot what follows", async () => {
    let now = 1000;
    const database = await openTestDatabase(engine, { now: () => now });
    const start = await latestChange(database.queries);
    await announce(database, { topic: "a" }, { topic: "a" }, { topic: "a" });
    now = 2000;
    await announce(database, { topic: "a", subject: "young" });
    const ahead = `${start.split(":")[0] ?? ""}:5` as ChangeCursor;
    await expect(changesSince(database.queries, ahead)).resolves.toMatchObject({ missed: true });

    await expect(pruneChanges(database, { before: 2000, limit: 2 })).resolves.toBe(2);
    await expect(pruneChanges(database, { before: 2000, limit: 2 })).resolves.toBe(1);
    await expect(pruneChanges(database, { before: 2000, limit: 2 })).resolves.toBe(0);
    await expect(changesSince(database.queries, start)).resolves.toMatchObject({ missed: true });
    const third = ahead.replace(/5$/, "3") as ChangeCursor;
    const page = await changesSince(database.queries, third);
    expect(page.missed).toBe(false);
    expect(subjectsOf(page)).toEqual(["young"]);
  });

  test("changesSince() skips nothing and repeats nothing under concurrent writers", async () => {
    const database = await openTestDatabase(engine);
    await fc.assert(
      fc.asyncProperty(
        fc.array(WRITER, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (writers, limit) => {
          const start = await latestChange(database.queries);
          const state = { writing: true };
          const written = Promise.all(
            writers.map((writer, index) => write(database, writer, `writer ${index}`)),
          ).finally(() => (state.writing = false));
          const read: (string | null)[] = [];
          let cursor = start;
          const follow = async (): Promise<void> => {
            const next = await readOn(database, cursor, limit);
            read.push(...next.subjects);
            ({ cursor } = next);
          };
          while (state.writing) await follow();
          await follow();
          const committed = (await written).flat();
          expect(new Set(read)).toEqual(new Set(committed));
          expect(read).toHaveLength(committed.length);
          expect(read).toEqual(subjectsOf(await changesSince(database.queries, start)));
        },
      ),
      { numRuns: 15 },
    );
  });

  test("onChange() calls after a commit with changes, until it is stopped", async () => {
    const database = await openTestDatabase(engine);
    let called = Promise.withResolvers<undefined>();
    let calls = 0;
    const stop = database.onChange(() => {
      calls += 1;
      called.resolve(undefined);
    });
    await announce(database, { topic: "flow" });
    await called.promise;
    called = Promise.withResolvers<undefined>();
    stop();
    calls = 0;
    const again = Promise.withResolvers<undefined>();
    database.onChange(() => {
      again.resolve(undefined);
    });
    await announce(database, { topic: "flow" });
    await again.promise;
    expect(calls).toBe(0);
  });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("changesSince() finds later what was numbered before it looked and committed afterwards", async () => {
    const database = await openTestDatabase(engine);
    const start = await latestChange(database.queries);
    const numbered = Promise.withResolvers<undefined>();
    const commit = Promise.withResolvers<undefined>();
    const late = database.kysely.transaction().execute(async (transaction) => {
      await recordChanges(transaction, [{ topic: "t", subject: "late" }], 1);
      numbered.resolve(undefined);
      await commit.promise;
    });
    await numbered.promise;
    const next = announce(database, { topic: "t", subject: "next" });
    const before = await changesSince(database.queries, start);
    expect(before.changes).toEqual([]);
    commit.resolve(undefined);
    await Promise.all([late, next]);
    const after = await changesSince(database.queries, before.cursor);
    expect(subjectsOf(after)).toEqual(["late", "next"]);
  });

  test("onChange() hears of other processes at once, and again after its connection was lost", async () => {
    const place = await engine.migratedPlace();
    const [listening, other] = [await openTestDatabaseAt(place), await openTestDatabaseAt(place)];
    const url = place.engine === "postgres" ? place.url : "";
    let called = Promise.withResolvers<undefined>();
    listening.onChange(() => {
      called.resolve(undefined);
    });
    await called.promise;
    called = Promise.withResolvers<undefined>();
    await announce(other, { topic: "t" });
    await called.promise;
    await runOn(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()",
    );
    // The next wake-up comes by polling or from the new connection, whichever is first.
    called = Promise.withResolvers<undefined>();
    await announce(other, { topic: "t" });
    await expect(called.promise).resolves.toBeUndefined();
  });
});
