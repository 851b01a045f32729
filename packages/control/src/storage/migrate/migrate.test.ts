import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { createDatabase } from "../create-database.ts";
import type { StorageDatabase } from "../create-database.ts";
import { claimJob } from "../jobs/claim-job.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { MIGRATIONS } from "../migrations/index.ts";
import { openEngine, openStorageDatabase } from "../open-database.ts";
import type { DatabaseOptions } from "../open-database.ts";
import { engines, openTestDatabaseAt, postgresEngines } from "../testing/engines.ts";
import { runChild } from "../testing/killed-child.ts";
import {
  EXPANDED_MIGRATIONS,
  LATER_MIGRATIONS,
  SMALL_MIGRATIONS,
} from "../testing/test-migrations.ts";
import { migrate, withChecksum } from "./migrate.ts";
import type { Migration } from "./migration.ts";

/** Opens a database as a release with other migrations would, for as long as `act` takes. */
async function withRelease<T>(
  place: DatabaseOptions,
  migrations: readonly Migration[],
  act: (database: StorageDatabase) => Promise<T>,
): Promise<T> {
  const database = createDatabase(openEngine(place), () => 5);
  try {
    await migrate(database, { migrations, now: () => 5 });
    return await act(database);
  } finally {
    await database.close();
  }
}

async function appliedIn({ kysely }: StorageDatabase): Promise<readonly unknown[]> {
  const { rows } = await sql`select * from schema_migrations order by version`.execute(kysely);
  return rows;
}

describe.each(await engines())("on $name", (engine) => {
  test("migrate() applies each migration once and remembers it", async () => {
    const place = await engine.place();
    const [first, second] = [
      await withRelease(place, LATER_MIGRATIONS, appliedIn),
      await withRelease(place, LATER_MIGRATIONS, appliedIn),
    ];
    const expected = LATER_MIGRATIONS.map(({ version, name, oldestSupportedCode }) => ({
      version,
      name,
      oldest_supported_code: oldestSupportedCode,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      applied_at: 5,
    }));
    expect(first).toEqual(expected);
    expect(second).toEqual(first);
  });

  test("migrate() lets the release before work on the newer database", async () => {
    const place = await engine.place();
    await withRelease(place, EXPANDED_MIGRATIONS, appliedIn);
    const database = await openTestDatabaseAt(place);
    const job = { id: "j", kind: "k", payload: null, dueAt: 0, now: 0 };
    await database.transaction((transaction) => enqueueJob(transaction, job));
    await expect(
      claimJob(database, { kinds: ["k"], lease: "l", now: 0, leaseMs: 1 }),
    ).resolves.toMatchObject({ id: "j" });
    await expect(appliedIn(database)).resolves.toHaveLength(EXPANDED_MIGRATIONS.length);
  });

  test("migrate() refuses an older release with DATABASE_NEWER, and leaves the database usable", async () => {
    const place = await engine.place();
    await withRelease(place, LATER_MIGRATIONS, appliedIn);
    await expect(openStorageDatabase(place)).rejects.toMatchObject({ code: "DATABASE_NEWER" });
    await expect(withRelease(place, LATER_MIGRATIONS, appliedIn)).resolves.toHaveLength(
      LATER_MIGRATIONS.length,
    );
  });

  test("migrate() refuses a migration that was changed after it was applied", async () => {
    const place = await engine.place();
    await withRelease(place, MIGRATIONS, appliedIn);
    const changed = MIGRATIONS.map((migration) => ({
      ...migration,
      statements: () => [sql`select 1`],
    }));
    await expect(withRelease(place, changed, appliedIn)).rejects.toMatchObject({
      code: "DATABASE_MIGRATION_CHANGED",
    });
  });

  test("migrate() keeps nothing of a migration whose last statement fails", async () => {
    const place = await engine.place();
    const failing: Migration = {
      version: 1 + Math.max(...MIGRATIONS.map(({ version }) => version)),
      name: "failing",
      oldestSupportedCode: 1,
      statements: ({ types, createTable }) => [
        createTable("half").addColumn("id", types.text),
        sql`insert into missing (id) values (1)`,
      ],
    };
    await expect(withRelease(place, [...MIGRATIONS, failing], appliedIn)).rejects.toMatchObject({
      code: "DATABASE_FAILED",
    });
    await withRelease(place, MIGRATIONS, async (database) => {
      await expect(appliedIn(database)).resolves.toHaveLength(MIGRATIONS.length);
      await expect(sql`select * from half`.execute(database.kysely)).rejects.toMatchObject({
        code: "DATABASE_FAILED",
      });
    });
  });

  test("migrate() goes on from the last whole migration, wherever the process was killed", async () => {
    const fresh = await withRelease(await engine.place(), SMALL_MIGRATIONS, appliedIn);
    // Opened, and for each of the two: locked, two statements, remembered, committed.
    const steps = 1 + 2 * 5;
    for (let killAtStep = 0; killAtStep < steps; killAtStep += 1) {
      const place = await engine.place();
      const killed = await runChild({ place, act: "migrate", killAtStep });
      expect(killed.signal).toBe("SIGKILL");
      await expect(withRelease(place, SMALL_MIGRATIONS, appliedIn)).resolves.toEqual(fresh);
    }
    const place = await engine.place();
    const whole = await runChild({ place, act: "migrate", killAtStep: steps });
    expect(whole).toEqual({ signal: null, exitCode: 0, stderr: "" });
  }, 60_000);

  test("withChecksum() gives the checksums released databases carry", async () => {
    const database = await openTestDatabaseAt(await engine.place());
    // These never change. When one does, an applied migration was edited, or Kysely writes the same
    // statement differently: then databases that exist would be refused. A release adds its own.
    const released = {
      sqlite: [[1, "25e5142f15c5dd89e95eee66a3460d4667710108eaae21aba045b47717d05620"]],
      postgres: [[1, "9573e3a372c3f0633affa64dfbcc5fb6304b737559cba849963ef63483331338"]],
    }[engine.name];
    const checksums = MIGRATIONS.map((migration) => withChecksum(database, migration)).map(
      ({ version, checksum }) => [version, checksum],
    );
    expect(checksums.slice(0, released.length)).toEqual(released);
  });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("migrate() by several at once applies each migration once", async () => {
    const place = await engine.place();
    const results = await Promise.all(
      Array.from({ length: 4 }, () => withRelease(place, LATER_MIGRATIONS, appliedIn)),
    );
    for (const rows of results) expect(rows).toEqual(results[0]);
    expect(results[0]).toHaveLength(LATER_MIGRATIONS.length);
  });
});

test("MIGRATIONS rise, and none asks for a release newer than itself", () => {
  const versions = MIGRATIONS.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].toSorted((one, other) => one - other));
  for (const { version, oldestSupportedCode } of MIGRATIONS) {
    expect(oldestSupportedCode).toBeLessThanOrEqual(version);
  }
});
