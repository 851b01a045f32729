import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "./create-database.ts";
import { insertNew } from "./insert-new.ts";
import { engines, openTestDatabase } from "./testing/engines.ts";

function row(scope: string, key: string, hash = "00") {
  return {
    scope,
    key,
    request_hash: hash,
    status: null,
    content_type: null,
    body: null,
    created_at: 1,
    expires_at: 2,
  };
}

type Row = ReturnType<typeof row>;

function insert(database: StorageDatabase, rows: readonly Row[]) {
  return database.transaction((transaction) =>
    insertNew(transaction, { table: "idempotency_keys", rows, keys: ["scope", "key"] }),
  );
}

describe.each(await engines())("on $name", (engine) => {
  test("insertNew() returns the rows that were not there, in their order", async () => {
    const database = await openTestDatabase(engine);
    const [a, b, c] = [row("s", "a"), row("s", "b"), row("s", "c")];
    await expect(insert(database, [b])).resolves.toEqual([b]);
    await expect(insert(database, [c, b, a])).resolves.toEqual([c, a]);
    await expect(insert(database, [c, b, a])).resolves.toEqual([]);
    await expect(insert(database, [])).resolves.toEqual([]);
  });

  test("insertNew() takes the first of several rows with one key", async () => {
    const database = await openTestDatabase(engine);
    const first = row("s", "a", "first");
    await expect(insert(database, [first, row("s", "a", "second")])).resolves.toEqual([first]);
    const stored = await database.queries
      .selectFrom("idempotency_keys")
      .select("request_hash")
      .execute();
    expect(stored).toEqual([{ request_hash: "first" }]);
  });

  test("insertNew() takes more rows than one statement can hold", async () => {
    const database = await openTestDatabase(engine);
    const rows = Array.from({ length: 10_001 }, (_, index) => row("s", String(index)));
    const some = rows.slice(4000, 4010);
    await insert(database, some);
    const inserted = await insert(database, rows);
    expect(inserted).toHaveLength(rows.length - some.length);
    expect(inserted.filter((candidate) => some.some(({ key }) => key === candidate.key))).toEqual(
      [],
    );
  });

  test("insertNew() of the same keys in opposite orders at once lets nobody fail", async () => {
    const database = await openTestDatabase(engine);
    for (let round = 0; round < 5; round += 1) {
      const rows = Array.from({ length: 1000 }, (_, index) => row(`round ${round}`, String(index)));
      const inserted = await Promise.all(
        [rows, rows.toReversed(), rows, rows.toReversed()].map((order) => insert(database, order)),
      );
      expect(inserted.flat()).toHaveLength(rows.length);
    }
  });

  test("insertNew() returns each key to exactly one of those who insert it at once", async () => {
    const database = await openTestDatabase(engine);
    // Few enough for collisions; keys that would be equal when joined without care.
    const part = fc.constantFrom("a", "b", "", '"', ",", "a,b");
    const batch = fc.array(fc.tuple(part, part), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
        await database.queries.deleteFrom("idempotency_keys").execute();
        const returned = await Promise.all(
          batches.map((pairs) =>
            insert(
              database,
              pairs.map(([scope, key]) => row(scope, key)),
            ),
          ),
        );
        const keys = returned.flat().map(({ scope, key }) => JSON.stringify([scope, key]));
        const all = new Set(batches.flat().map((pair) => JSON.stringify(pair)));
        expect(keys.toSorted()).toEqual([...all].toSorted());
      }),
      { numRuns: 25 },
    );
  });
});
