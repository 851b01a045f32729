import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { changesSince, latestChange } from "../changes/changes-since.ts";
import type { StorageDatabase } from "../create-database.ts";
import { toJsonText } from "../json-text.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { openStorageDatabase } from "../open-database.ts";
import { PRIMARY_KEYS } from "../schema/schema.ts";
import type { TableName } from "../schema/schema.ts";
import {
  openTestDatabaseAt,
  postgresEngines,
  runOn,
  temporaryDirectory,
} from "../testing/engines.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { readTable } from "./read-table.ts";
import type { AnyRow } from "./read-table.ts";

const TABLES = Object.keys(PRIMARY_KEYS) as TableName[];

/** Writes to every table, more than a page into one, with values that are easily changed on the way. */
async function fill(database: StorageDatabase): Promise<void> {
  await database.transaction(async (transaction) => {
    transaction.announce({ topic: "a", app: "yoga", subject: "\u{1F600} ü ' \\ \"" });
    transaction.announce({ topic: "b" });
    for (let index = 0; index < 1203; index += 1) {
      const job = { id: `job ${index}`, kind: "k", payload: { index }, dueAt: 2 ** 52 + index };
      await enqueueJob(transaction, { ...job, now: 1 });
    }
    await transaction.queries
      .insertInto("idempotency_keys")
      .values(
        ["Z", "a", "", "ä"].map((key, index) => ({
          scope: index % 2 ? "b" : "A",
          key,
          request_hash: "00",
          status: index,
          content_type: null,
          body: Uint8Array.from([0, 1, 255, index]),
          created_at: -5,
          expires_at: 2,
        })),
      )
      .execute();
    await transaction.queries
      .insertInto("audit_log")
      .values({
        id: "1",
        at: 1,
        actor_kind: "system",
        actor: "test",
        action: "filled",
        app: null,
        environment: null,
        subject: null,
        details: toJsonText({ nul: "\0" }),
        request_id: null,
      })
      .execute();
  });
}

async function contentOf({ kysely }: StorageDatabase): Promise<Record<string, readonly AnyRow[]>> {
  const content: Record<string, readonly AnyRow[]> = {};
  for (const table of TABLES) {
    const rows: AnyRow[] = [];
    for await (const page of readTable(kysely, table, 100)) rows.push(...page);
    content[table] = rows;
  }
  return content;
}

async function filledDirectory(): Promise<string> {
  const directory = await temporaryDirectory();
  const database = await openStorageDatabase({ engine: "sqlite", directory });
  await fill(database);
  await database.close();
  return directory;
}

describe.each(await postgresEngines())("to $name", (engine) => {
  async function target(): Promise<string> {
    const place = await engine.place();
    return place.engine === "postgres" ? place.url : "";
  }

  test("migrateDatabase() copies every table exactly, and the copy goes on where the source was", async () => {
    const directory = await filledDirectory();
    const url = await target();
    const copied = await migrateDatabase(directory, url);
    expect(copied.map(({ table }) => table)).toEqual(TABLES);
    expect(copied.find(({ table }) => table === "jobs")?.rows).toBe(1203);

    const source = await openTestDatabaseAt({ engine: "sqlite", directory });
    const copy = await openTestDatabaseAt({ engine: "postgres", url });
    await expect(contentOf(copy)).resolves.toEqual(await contentOf(source));
    const cursor = await latestChange(source.queries);
    await copy.transaction(async ({ announce }) => {
      announce({ topic: "next" });
    });
    await expect(changesSince(copy.queries, cursor)).resolves.toMatchObject({
      changes: [{ topic: "next" }],
      missed: false,
    });
  });

  test("migrateDatabase() takes a copy that is there as done, until one of the two goes on", async () => {
    const directory = await filledDirectory();
    const url = await target();
    const copied = await migrateDatabase(directory, url);
    await expect(migrateDatabase(directory, url)).resolves.toEqual(copied);
    const source = await openStorageDatabase({ engine: "sqlite", directory });
    const job = { id: "one more", kind: "k", payload: null, dueAt: 1, now: 1 };
    await source.transaction((transaction) => enqueueJob(transaction, job));
    await source.close();
    await expect(migrateDatabase(directory, url)).rejects.toMatchObject({
      code: "DATABASE_NOT_EMPTY",
    });
  });

  test("migrateDatabase() refuses a target with other rows", async () => {
    const directory = await filledDirectory();
    const used = await target();
    const database = await openTestDatabaseAt({ engine: "postgres", url: used });
    await database.transaction((transaction) =>
      enqueueJob(transaction, { id: "1", kind: "k", payload: null, dueAt: 1, now: 1 }),
    );
    await expect(migrateDatabase(directory, used)).rejects.toMatchObject({
      code: "DATABASE_NOT_EMPTY",
    });
  });

  test("migrateDatabase() keeps nothing when the copy differs or fails, and works when run again", async () => {
    const directory = await filledDirectory();
    const url = await target();
    await openStorageDatabase({ engine: "postgres", url }).then((database) => database.close());
    const tamper = (body: string) =>
      runOn(
        url,
        `create or replace function tamper() returns trigger language plpgsql as $$ begin ${body} return new; end $$`,
      );
    await tamper("new.action := 'other';");
    await runOn(
      url,
      "create trigger tamper before insert on audit_log for each row execute function tamper()",
    );
    await expect(migrateDatabase(directory, url)).rejects.toMatchObject({
      code: "DATABASE_COPY_DIFFERS",
    });
    await tamper("perform pg_terminate_backend(pg_backend_pid());");
    await expect(migrateDatabase(directory, url)).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
    });
    await expect(runOn(url, "select id from jobs limit 1")).resolves.toEqual([]);
    await tamper("");
    await expect(migrateDatabase(directory, url)).resolves.toHaveLength(TABLES.length);
  });

  test("migrateDatabase() refuses while a process writes to the directory, and where there is none", async () => {
    const directory = await filledDirectory();
    const url = await target();
    const open = await openTestDatabaseAt({ engine: "sqlite", directory });
    await expect(migrateDatabase(directory, url)).rejects.toMatchObject({
      code: "DATABASE_IN_USE",
    });
    await open.close();
    await expect(migrateDatabase(`${directory}/missing`, url)).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
    });
  });

  test("PRIMARY_KEYS names a table after those it refers to", async () => {
    const url = await target();
    const { kysely } = await openTestDatabaseAt({ engine: "postgres", url });
    const { rows } = await sql<{ table: string; refers: string }>`
      select t.relname as table, r.relname as refers from pg_constraint c
      join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
      where c.contype = 'f' and c.conrelid <> c.confrelid`.execute(kysely);
    const order: readonly string[] = TABLES;
    const wrong = rows.filter(({ table, refers }) => order.indexOf(table) < order.indexOf(refers));
    expect(wrong).toEqual([]);
  });

  test("PRIMARY_KEYS names every table there is, and its primary key", async () => {
    const url = await target();
    const { kysely } = await openTestDatabaseAt({ engine: "postgres", url });
    const { rows } = await sql<{ table: string; columns: string }>`
      select c.relname as table, string_agg(a.attname, ',' order by k.position) as columns
      from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      cross join lateral unnest(i.indkey) with ordinality as k(attnum, position)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indisprimary and c.relname <> 'schema_migrations'
      group by c.relname`.execute(kysely);
    const found = Object.fromEntries(rows.map(({ table, columns }) => [table, columns.split(",")]));
    expect(found).toEqual(PRIMARY_KEYS);
  });
});
