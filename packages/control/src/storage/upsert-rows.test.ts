import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "./create-database.ts";
import { insertNew } from "./insert-new.ts";
import { readRows } from "./read-rows.ts";
import { engines, openTestDatabase } from "./testing/engines.ts";
import { upsertRows } from "./upsert-rows.ts";

const KEYS = ["scope", "key"] as const;

function row(key: string, values: { hash?: string; type?: string | null; at?: number } = {}) {
  const { hash = "00", type = null, at = 1 } = values;
  return {
    scope: "s",
    key,
    request_hash: hash,
    status: null,
    content_type: type,
    body: null,
    created_at: at,
    expires_at: 2,
  };
}

type Row = ReturnType<typeof row>;

/** Replaces the hash, adds up when, keeps the type, and says nothing of the rest. */
function upsert(database: StorageDatabase, rows: readonly Row[]) {
  return database.transaction((transaction) =>
    upsertRows(transaction, {
      table: "idempotency_keys",
      rows,
      keys: KEYS,
      changes: { request_hash: "replace", created_at: "add", content_type: "keep" },
      returning: ["key", "request_hash", "created_at", "content_type", "expires_at"],
    }),
  );
}

function read(database: StorageDatabase, keys: readonly string[]) {
  return readRows(database.queries, {
    table: "idempotency_keys",
    columns: ["key", "request_hash", "created_at", "content_type", "expires_at"],
    where: { scope: "s" },
    by: "key",
    values: keys,
  });
}

type Stored = Awaited<ReturnType<typeof read>>[number];

function byKey(rows: readonly Stored[]): readonly Stored[] {
  return rows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** All that both engines store: no NUL. */
const text = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((value) => value.replaceAll("\0", ""));

const upserted = fc.record({
  // Few enough to meet again.
  key: fc.oneof(fc.constantFrom("a", "b", "c", '{"', "\\,", "NULL", ""), text),
  hash: text,
  type: fc.option(text),
  at: fc.oneof(
    fc.maxSafeInteger().map((value) => Math.trunc(value / 8)),
    fc.integer(),
  ),
});

describe.each(await engines())("on $name", (engine) => {
  test("upsertRows() leaves and returns what a map would, and readRows() finds it", async () => {
    const database = await openTestDatabase(engine);
    const batch = fc.uniqueArray(upserted, { selector: ({ key }) => key, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 4 }), async (batches) => {
        await database.queries.deleteFrom("idempotency_keys").execute();
        const held = new Map<string, Stored>();
        for (const rows of batches) {
          const returned = await upsert(
            database,
            rows.map(({ key, hash, type, at }) => row(key, { hash, type, at })),
          );
          for (const { key, hash, type, at } of rows) {
            const before = held.get(key);
            held.set(key, {
              key,
              request_hash: hash,
              created_at: (before?.created_at ?? 0) + at,
              content_type: before === undefined ? type : before.content_type,
              expires_at: 2,
            });
          }
          const expected = rows.flatMap(({ key }) => held.get(key) ?? []);
          expect(byKey(returned)).toEqual(byKey(expected));
        }
        const wanted = [...held.keys(), "not there", ...held.keys()];
        expect(byKey(await read(database, wanted))).toEqual(byKey([...held.values()]));
      }),
      { numRuns: 40 },
    );
    await expect(read(database, [])).resolves.toEqual([]);
  });

  test("upsertRows() and readRows() take more rows than one statement can hold", async () => {
    const database = await openTestDatabase(engine);
    const rows = Array.from({ length: 6000 }, (_, index) => row(`k${index}`, { at: index }));
    await upsert(database, rows.slice(0, 4000));
    await expect(upsert(database, rows)).resolves.toHaveLength(rows.length);
    const found = await read(
      database,
      rows.map(({ key }) => key),
    );
    const sum = found.reduce((total, { created_at }) => total + created_at, 0);
    expect(found).toHaveLength(rows.length);
    expect(sum).toBe((4000 * 3999) / 2 + (6000 * 5999) / 2);
  });

  test("upsertRows() by several at once adds up what all of them add", async () => {
    const database = await openTestDatabase(engine);
    const rows = Array.from({ length: 50 }, (_, index) => row(`k${index}`, { at: 1 }));
    await Promise.all(Array.from({ length: 6 }, () => upsert(database, rows)));
    const found = await read(
      database,
      rows.map(({ key }) => key),
    );
    expect(found.map(({ created_at }) => created_at)).toEqual(rows.map(() => 6));
  });

  test.each([
    ["text with a NUL", row("a\0b")],
    ["a fraction where an integer belongs", row("a", { at: 1.5 })],
    ["an integer beyond 2^53", row("a", { at: 2 ** 53 })],
  ])("upsertRows() and insertNew() refuse %s, and keep nothing", async (_, wrong) => {
    const database = await openTestDatabase(engine);
    const rows = [row("right"), wrong];
    await expect(upsert(database, rows)).rejects.toMatchObject({ code: "DATABASE_VALUE" });
    const inserting = database.transaction((transaction) =>
      insertNew(transaction, { table: "idempotency_keys", rows, keys: KEYS }),
    );
    await expect(inserting).rejects.toMatchObject({ code: "DATABASE_VALUE" });
    await expect(read(database, ["right"])).resolves.toEqual([]);
  });
});
