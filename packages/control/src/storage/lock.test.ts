import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "./create-database.ts";
import type { TestEngine } from "./testing/engines.ts";
import {
  engines,
  openTestDatabase,
  openTestDatabaseAt,
  postgresEngines,
  runOn,
} from "./testing/engines.ts";

/** Two users of a lock: of two processes on PostgreSQL, which here are two pools; of one on SQLite. */
async function twoHolders(
  engine: TestEngine,
): Promise<readonly [StorageDatabase, StorageDatabase]> {
  const place = await engine.migratedPlace();
  const first = await openTestDatabaseAt(place);
  return [first, place.engine === "sqlite" ? first : await openTestDatabaseAt(place)];
}

describe.each(await engines())("on $name", (engine) => {
  test("lock() lets one holder at a time act", async () => {
    const [first, second] = await twoHolders(engine);
    let holders = 0;
    let most = 0;
    const act = async () => {
      holders += 1;
      most = Math.max(most, holders);
      await first.queries.selectFrom("jobs").selectAll().execute();
      holders -= 1;
    };
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => (index % 2 ? first : second).lock("name", act)),
    );
    expect(most).toBe(1);
  });

  test("lock() of another name does not wait", async () => {
    const [first, second] = await twoHolders(engine);
    const inner = await first.lock("one", () => second.lock("other", () => Promise.resolve("in")));
    expect(inner).toBe("in");
  });

  test("lock() is refused with DATABASE_BUSY when it is not free in time, and free again afterwards", async () => {
    const [first, second] = await twoHolders(engine);
    let acted = false;
    await first.lock("name", async () => {
      const late = second.lock("name", async () => (acted = true), { waitMs: 20 });
      await expect(late).rejects.toMatchObject({ code: "DATABASE_BUSY" });
    });
    expect(acted).toBe(false);
    await expect(second.lock("name", () => Promise.resolve("free"))).resolves.toBe("free");
  });

  test("lock() is free again when its holder failed", async () => {
    const database = await openTestDatabase(engine);
    const failure = new Error("no");
    await expect(database.lock("name", () => Promise.reject(failure))).rejects.toBe(failure);
    await expect(database.lock("name", () => Promise.resolve("free"))).resolves.toBe("free");
  });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("lock() aborts its holder's signal when the session is lost", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    const url = place.engine === "postgres" ? place.url : "";
    const reason = await database.lock("name", async (signal) => {
      const aborted = new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          resolve(signal.reason);
        });
      });
      await runOn(
        url,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      );
      return aborted;
    });
    expect(reason).toMatchObject({ code: "DATABASE_UNREACHABLE" });
    await expect(database.lock("name", () => Promise.resolve("free"))).resolves.toBe("free");
  });
});
