import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "./create-database.ts";
import { createIdSource } from "./id-source.ts";
import { fromJsonText, toJsonText } from "./json-text.ts";
import { enqueueJob } from "./jobs/enqueue-job.ts";
import { engines, openTestDatabase } from "./testing/engines.ts";

const ids = createIdSource();

function auditRow(details: unknown = {}) {
  return {
    id: ids(),
    at: 1_700_000_000_000,
    actor_kind: "user" as const,
    actor: "user-1",
    action: "app.created",
    app: null,
    environment: null,
    subject: null,
    details: toJsonText(details),
    request_id: null,
  };
}

function keyRow(key: string, body: Uint8Array | null = null) {
  return {
    scope: "token-1",
    key,
    request_hash: "00",
    status: 200,
    content_type: null,
    body,
    created_at: 1,
    expires_at: 2,
  };
}

async function keysOf({ queries }: StorageDatabase): Promise<readonly string[]> {
  const rows = await queries.selectFrom("idempotency_keys").select("key").orderBy("key").execute();
  return rows.map(({ key }) => key);
}

describe.each(await engines())("on $name", (engine) => {
  test("queries give back text, integers, bytes, JSON and null as they went in", async () => {
    const { queries } = await openTestDatabase(engine);
    const audit = auditRow({ text: "\0 \u{1F468}\u200D\u{1F469} ü", list: [1, null] });
    const key = keyRow("blob", Uint8Array.from([0, 255, 128]));
    await queries.insertInto("audit_log").values(audit).execute();
    await queries.insertInto("idempotency_keys").values(key).execute();
    const row = await queries.selectFrom("audit_log").selectAll().executeTakeFirstOrThrow();
    const blob = await queries.selectFrom("idempotency_keys").selectAll().executeTakeFirstOrThrow();
    expect(row).toEqual(audit);
    expect(fromJsonText(row.details)).toEqual(fromJsonText(audit.details));
    expect({ ...blob, body: Uint8Array.from(blob.body ?? []) }).toEqual(key);
  });

  test("queries count, sum and compare in numbers", async () => {
    const { queries } = await openTestDatabase(engine);
    await queries
      .insertInto("idempotency_keys")
      .values([keyRow("a"), keyRow("b")])
      .execute();
    const row = await queries
      .selectFrom("idempotency_keys")
      .select(({ fn }) => [fn.countAll().as("count"), fn.sum("expires_at").as("sum")])
      .select((column) => column(column.fn.countAll(), ">", 1).as("several"))
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ count: 2, sum: 4, several: 1 });
  });

  test("queries read and write integers up to 2^53 exactly and refuse larger ones", async () => {
    const { queries, kysely } = await openTestDatabase(engine);
    const largest = { ...keyRow("a"), expires_at: Number.MAX_SAFE_INTEGER };
    await queries.insertInto("idempotency_keys").values(largest).execute();
    const expiry = queries.selectFrom("idempotency_keys").select("expires_at");
    await expect(expiry.executeTakeFirst()).resolves.toEqual({ expires_at: 2 ** 53 - 1 });
    await sql`update idempotency_keys set expires_at = ${2n ** 53n}`.execute(kysely);
    await expect(expiry.execute()).rejects.toMatchObject({ code: "DATABASE_VALUE" });
    const beyond = { ...keyRow("b"), expires_at: 2 ** 53 };
    await expect(
      queries.insertInto("idempotency_keys").values(beyond).execute(),
    ).rejects.toMatchObject({ code: "DATABASE_VALUE" });
  });

  test.each([
    ["text with NUL", "a\0b"],
    ["a boolean", true],
    ["a date", new Date(0)],
    ["undefined in a condition", undefined],
    ["NaN", Number.NaN],
  ])("queries refuse %s", async (_, value) => {
    const { kysely } = await openTestDatabase(engine);
    await expect(sql`select ${value} as value`.execute(kysely)).rejects.toMatchObject({
      code: "DATABASE_VALUE",
    });
  });

  test("queries refuse a value of another type than the column's", async () => {
    const { kysely } = await openTestDatabase(engine);
    const row = sql`insert into change_feed (id, epoch, last_seq, pruned_seq) values (${1.5}, 'e', 0, 0)`;
    await expect(row.execute(kysely)).rejects.toMatchObject({ code: "DATABASE_VALUE" });
  });

  test("queries sort and compare text by its bytes", async () => {
    const database = await openTestDatabase(engine);
    const keys = ["b", "a", "B", "ä", "_", "Z", "a b", "ab", "\u{1F600}", "\uFFFD"];
    await database.queries
      .insertInto("idempotency_keys")
      .values(keys.map((key) => keyRow(key)))
      .execute();
    const byBytes = keys.toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await expect(keysOf(database)).resolves.toEqual(byBytes);
  });

  test("queries say which rule a row breaks", async () => {
    const { queries, kysely } = await openTestDatabase(engine);
    await queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
    await expect(
      queries.insertInto("idempotency_keys").values(keyRow("a")).execute(),
    ).rejects.toMatchObject({ code: "DATABASE_DUPLICATE" });
    await expect(
      sql`insert into idempotency_keys (scope, key) values ('s', 'secret-key')`.execute(kysely),
    ).rejects.toSatisfy(
      (error: Error & { code: string }) =>
        error.code === "DATABASE_CONSTRAINT" && !error.message.includes("secret-key"),
    );
    await expect(sql`select * from nothing`.execute(kysely)).rejects.toMatchObject({
      code: "DATABASE_FAILED",
      message: expect.stringContaining("nothing") as string,
    });
  });

  test("the audit log takes rows and lets none be changed or deleted", async () => {
    const { queries } = await openTestDatabase(engine);
    await queries.insertInto("audit_log").values(auditRow()).execute();
    await expect(queries.deleteFrom("audit_log").execute()).rejects.toMatchObject({
      code: "DATABASE_CONSTRAINT",
    });
    await expect(
      queries.updateTable("audit_log").set({ actor: "someone else" }).execute(),
    ).rejects.toMatchObject({ code: "DATABASE_CONSTRAINT" });
    await expect(queries.selectFrom("audit_log").select("actor").execute()).resolves.toEqual([
      { actor: "user-1" },
    ]);
  });

  test("transaction() keeps everything when its function resolves", async () => {
    const database = await openTestDatabase(engine);
    const result = await database.transaction(async ({ queries }) => {
      await queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
      await queries.insertInto("idempotency_keys").values(keyRow("b")).execute();
      return "result";
    });
    expect(result).toBe("result");
    await expect(keysOf(database)).resolves.toEqual(["a", "b"]);
  });

  test("transaction() keeps nothing when its function rejects", async () => {
    const database = await openTestDatabase(engine);
    const failure = new Error("no");
    await expect(
      database.transaction(async (transaction) => {
        await transaction.queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
        transaction.announce({ topic: "key" });
        throw failure;
      }),
    ).rejects.toBe(failure);
    await expect(keysOf(database)).resolves.toEqual([]);
    await expect(database.queries.selectFrom("changes").selectAll().execute()).resolves.toEqual([]);
  });

  test("transaction() keeps nothing after a failed statement, even when its error is swallowed", async () => {
    const database = await openTestDatabase(engine);
    const swallowing = database.transaction(async ({ queries }) => {
      const insert = () => queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
      await insert();
      await insert().catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ code: "DATABASE_TRANSACTION" });
    const goingOn = database.transaction(async ({ queries }) => {
      const insert = () => queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
      await insert();
      await insert().catch(() => undefined);
      await queries.insertInto("idempotency_keys").values(keyRow("b")).execute();
    });
    await expect(goingOn).rejects.toMatchObject({ code: "DATABASE_TRANSACTION" });
    await expect(keysOf(database)).resolves.toEqual([]);
  });

  test.each<[string, (database: StorageDatabase) => Promise<unknown>]>([
    ["a query", (database) => keysOf(database)],
    ["another transaction", (database) => database.transaction(() => Promise.resolve())],
    ["a lock", async (database) => database.lock("name", () => Promise.resolve())],
  ])("transaction() refuses %s around itself instead of waiting for ever", async (_, act) => {
    const database = await openTestDatabase(engine);
    await expect(database.transaction(() => act(database))).rejects.toMatchObject({
      code: "DATABASE_TRANSACTION",
    });
    // What the transaction started may go on after it.
    let after: Promise<unknown> | undefined;
    const ended = Promise.withResolvers<undefined>();
    await database.transaction(async () => {
      after = ended.promise.then(() => act(database));
    });
    ended.resolve(undefined);
    await after;
  });

  test("transaction() run many at once loses no update", async () => {
    const database = await openTestDatabase(engine);
    await database.queries.insertInto("idempotency_keys").values(keyRow("a")).execute();
    const add = () =>
      database.transaction(async ({ queries }) => {
        await queries
          .updateTable("idempotency_keys")
          .set((row) => ({ expires_at: row("expires_at", "+", 1) }))
          .execute();
      });
    await Promise.all(Array.from({ length: 25 }, add));
    const { expires_at } = await database.queries
      .selectFrom("idempotency_keys")
      .select("expires_at")
      .executeTakeFirstOrThrow();
    expect(expires_at).toBe(2 + 25);
  });

  test("close() lets what is under way end, and may be called twice", async () => {
    const database = await openTestDatabase(engine);
    const job = { id: ids(), kind: "k", payload: 1, dueAt: 1, now: 1 };
    const begun = Promise.withResolvers<undefined>();
    const added = database.transaction(async (transaction) => {
      begun.resolve(undefined);
      await enqueueJob(transaction, { ...job, id: ids() });
      return enqueueJob(transaction, job);
    });
    await begun.promise;
    await Promise.all([database.close(), database.close()]);
    await expect(added).resolves.toBe(true);
  });
});
