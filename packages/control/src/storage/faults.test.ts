import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { changesSince } from "./changes/changes-since.ts";
import type { ChangeCursor } from "./changes/changes-since.ts";
import { createDatabase } from "./create-database.ts";
import type { StorageDatabase } from "./create-database.ts";
import { createSqliteEngine } from "./engines/sqlite/sqlite-engine.ts";
import { openSqliteForWriting } from "./engines/sqlite/sqlite-file.ts";
import { migrate } from "./migrate/migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { openStorageDatabase } from "./open-database.ts";
import {
  engines,
  openTestDatabaseAt,
  postgresEngines,
  runOn,
  temporaryDirectory,
} from "./testing/engines.ts";
import { runChild } from "./testing/killed-child.ts";

function keyRow(key: string, body: Uint8Array | null = null) {
  return {
    scope: "s",
    key,
    request_hash: "00",
    status: null,
    content_type: null,
    body,
    created_at: 1,
    expires_at: 2,
  };
}

async function stateOf({ queries }: StorageDatabase) {
  const keys = await queries.selectFrom("idempotency_keys").select("key").execute();
  const subjects = await queries.selectFrom("changes").select(["seq", "subject"]).execute();
  return { keys: keys.map(({ key }) => key), subjects };
}

describe.each(await engines())("on $name", (engine) => {
  const nothing = { keys: [], subjects: [] };
  const everything = { keys: ["one"], subjects: [{ seq: 1, subject: "one" }] };

  test.each([
    ["before the transaction", 0, nothing],
    ["inside it", 1, nothing],
    ["after it", 2, everything],
  ])("a process killed %s leaves all of it or nothing", async (_, killAtStep, expected) => {
    const place = await engine.migratedPlace();
    await expect(runChild({ place, act: "commit", killAtStep })).resolves.toMatchObject({
      signal: "SIGKILL",
    });
    const database = await openTestDatabaseAt(place);
    await expect(stateOf(database)).resolves.toEqual(expected);
    // Nothing the dead process held is in the way.
    await database.transaction(async ({ announce }) => {
      announce({ topic: "t" });
    });
  });
});

describe("on SQLite", () => {
  test("a full disk fails the transaction with DATABASE_FULL, and the next one works once there is space", async () => {
    const file = openSqliteForWriting(`${await temporaryDirectory()}/holdfast.db`);
    const database = createDatabase(
      createSqliteEngine(file, () => undefined),
      Date.now,
    );
    await migrate(database, { migrations: MIGRATIONS, now: Date.now });
    const pages = Number(file.pragma("page_count", { simple: true }));
    file.pragma(`max_page_count = ${pages + 2}`);
    const write = (key: string, sizeBytes: number) =>
      database.transaction(async ({ queries }) => {
        await queries.insertInto("idempotency_keys").values(keyRow(key)).execute();
        const body = new Uint8Array(sizeBytes);
        await queries
          .insertInto("idempotency_keys")
          .values(keyRow(`${key}2`, body))
          .execute();
      });
    await expect(write("big", 100_000)).rejects.toMatchObject({ code: "DATABASE_FULL" });
    await expect(stateOf(database)).resolves.toEqual({ keys: [], subjects: [] });
    file.pragma(`max_page_count = ${pages + 200}`);
    await write("big", 100_000);
    await expect(stateOf(database)).resolves.toMatchObject({ keys: ["big", "big2"] });
    await database.close();
  });

  test("openDatabase() refuses a second writer with DATABASE_IN_USE until the first has closed", async () => {
    const directory = await temporaryDirectory();
    const first = await openStorageDatabase({ engine: "sqlite", directory });
    await expect(openStorageDatabase({ engine: "sqlite", directory })).rejects.toMatchObject({
      code: "DATABASE_IN_USE",
      message: expect.stringContaining(directory) as string,
    });
    // The refused attempt has not loosened the first one's hold.
    await expect(
      runChild({ place: { engine: "sqlite", directory }, act: "commit", killAtStep: 9 }),
    ).resolves.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("DATABASE_IN_USE") as string,
    });
    await first.close();
    await openTestDatabaseAt({ engine: "sqlite", directory });
  });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  const OTHERS =
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

  test("connections that the server ended are replaced by the next query", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    await Promise.all(Array.from({ length: 5 }, () => stateOf(database)));
    await runOn(place.engine === "postgres" ? place.url : "", OTHERS);
    // An ended connection may not have noticed yet: one failure for each is fair, no more.
    const failures: unknown[] = [];
    const attempt = () =>
      stateOf(database).catch((error: unknown) => {
        failures.push(error);
        return undefined;
      });
    let state = await attempt();
    while (state === undefined && failures.length <= 5) state = await attempt();
    expect(state).toEqual({ keys: [], subjects: [] });
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "DATABASE_UNREACHABLE" });
    }
  });

  test("a transaction whose connection is lost keeps nothing and fails with DATABASE_UNREACHABLE", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    const transaction = database.transaction(async ({ queries, announce }) => {
      await queries.insertInto("idempotency_keys").values(keyRow("lost")).execute();
      announce({ topic: "t" });
      await runOn(place.engine === "postgres" ? place.url : "", OTHERS);
    });
    await expect(transaction).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
    await expect(stateOf(database)).resolves.toEqual({ keys: [], subjects: [] });
    const cursor = "none" as ChangeCursor;
    await expect(changesSince(database.queries, cursor)).resolves.toMatchObject({ missed: true });
  });

  test("transactions that block each other fail with DATABASE_BUSY, one of them", async () => {
    const database = await openTestDatabaseAt(await engine.migratedPlace());
    const rows = ["a", "b"].map((key) => keyRow(key));
    await database.queries.insertInto("idempotency_keys").values(rows).execute();
    const bothHold = Promise.withResolvers<undefined>();
    let holding = 0;
    const touch = (first: string, second: string) =>
      database.transaction(async ({ queries }) => {
        const update = (key: string) =>
          queries
            .updateTable("idempotency_keys")
            .set({ status: 1 })
            .where("key", "=", key)
            .execute();
        await update(first);
        holding += 1;
        if (holding === 2) bothHold.resolve(undefined);
        await bothHold.promise;
        await update(second);
      });
    const results = await Promise.allSettled([touch("a", "b"), touch("b", "a")]);
    const reasons = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(reasons).toEqual([expect.objectContaining({ code: "DATABASE_BUSY" })]);
  });

  test("no error and nothing printed of a database shows its password or a value", async () => {
    const secret = "hunter2-very-secret";
    const place = await engine.migratedPlace();
    const url = new URL(place.engine === "postgres" ? place.url : "");
    url.password = secret;
    const database = await openTestDatabaseAt({ engine: "postgres", url: url.href });
    const failing = [
      openStorageDatabase({ engine: "postgres", url: url.href.replace(/:\d+\//, ":1/") }),
      openStorageDatabase({ engine: "postgres", url: `${url.href}_missing` }),
      openStorageDatabase({ engine: "postgres", url: url.href.replace("postgres:", "mysql:") }),
      sql`select ${secret}::bigint`.execute(database.kysely),
      sql`insert into change_feed (id, epoch) values (7, ${secret})`.execute(database.kysely),
    ];
    const results = await Promise.allSettled(failing);
    const reasons = results.map((result) =>
      result.status === "rejected" ? (result.reason as Error) : new Error("resolved"),
    );
    expect(reasons.map((reason) => ("code" in reason ? reason.code : undefined))).toEqual([
      "DATABASE_UNREACHABLE",
      "DATABASE_UNREACHABLE",
      "DATABASE_URL_INVALID",
      "DATABASE_VALUE",
      "DATABASE_CONSTRAINT",
    ]);
    const { inspect } = await import("node:util");
    expect(inspect([reasons, database], { depth: 6, showHidden: true })).not.toContain(secret);
  });
});
