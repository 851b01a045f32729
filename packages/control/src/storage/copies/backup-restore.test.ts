import { copyFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { changesSince, latestChange } from "../changes/changes-since.ts";
import type { StorageDatabase } from "../create-database.ts";
import { openStorageDatabase } from "../open-database.ts";
import { openTestDatabaseAt, temporaryDirectory } from "../testing/engines.ts";
import { backupDatabase } from "./backup-database.ts";
import { restoreDatabase } from "./restore-database.ts";

/** Adds a change and a row in one transaction, so that a copy of half of it can be told. */
async function add(database: StorageDatabase, name: string, sizeBytes = 1): Promise<void> {
  await database.transaction(async ({ queries, announce }) => {
    announce({ topic: "key", subject: name });
    await queries
      .insertInto("idempotency_keys")
      .values({
        scope: "s",
        key: name,
        request_hash: "00",
        status: null,
        content_type: null,
        body: new Uint8Array(sizeBytes).fill(7),
        created_at: 1,
        expires_at: 2,
      })
      .execute();
  });
}

async function namesIn({ queries }: StorageDatabase) {
  const keys = await queries.selectFrom("idempotency_keys").select("key").execute();
  const changes = await queries.selectFrom("changes").select("subject").orderBy("seq").execute();
  return { keys: keys.map(({ key }) => key), changes: changes.map(({ subject }) => subject) };
}

/** Opens what a directory holds, for as long as it takes to read it. */
async function readDirectory(directory: string) {
  const database = await openStorageDatabase({ engine: "sqlite", directory });
  try {
    return await namesIn(database);
  } finally {
    await database.close();
  }
}

async function startedDirectory(name: string): Promise<string> {
  const directory = await temporaryDirectory();
  const database = await openStorageDatabase({ engine: "sqlite", directory });
  await add(database, name);
  await database.close();
  return directory;
}

test("backupDatabase() copies a database while it is written to, as it was at one moment", async () => {
  const directory = await temporaryDirectory();
  const database = await openTestDatabaseAt({ engine: "sqlite", directory });
  // Several steps' worth, so that writes fall between them.
  for (let index = 0; index < 6; index += 1) await add(database, `before ${index}`, 2_000_000);
  const target = join(await temporaryDirectory(), "backup.db");
  const state = { copying: true };
  let written = 0;
  const backup = backupDatabase(directory, target).finally(() => (state.copying = false));
  while (state.copying) {
    await add(database, `during ${written}`, 1000);
    written += 1;
    // Lets the copy have its turn; queries of SQLite never leave this one.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await backup;
  expect(written).toBeGreaterThan(0);

  const restored = await temporaryDirectory();
  await restoreDatabase(target, restored);
  const { keys, changes } = await readDirectory(restored);
  expect(new Set(keys)).toEqual(new Set(changes));
  expect(keys).toHaveLength(changes.length);
  expect(changes.slice(0, 6)).toEqual(Array.from({ length: 6 }, (_, index) => `before ${index}`));
});

test("backupDatabase() leaves one private file and replaces an older one", async () => {
  const directory = await startedDirectory("one");
  const place = await temporaryDirectory();
  const target = join(place, "backup.db");
  await writeFile(target, "an older backup");
  await backupDatabase(directory, target);
  await expect(readdir(place)).resolves.toEqual(["backup.db"]);
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  const copy = new SqliteDatabase(target, { readonly: true });
  expect(copy.prepare("select key from idempotency_keys").all()).toEqual([{ key: "one" }]);
  copy.close();
});

test("backupDatabase() changes nothing when it fails", async () => {
  const place = await temporaryDirectory();
  const target = join(place, "backup.db");
  await writeFile(target, "an older backup");
  await expect(backupDatabase(join(place, "missing"), target)).rejects.toMatchObject({
    code: "DATABASE_UNREACHABLE",
  });
  const damaged = await startedDirectory("one");
  await damage(join(damaged, "holdfast.db"));
  await expect(backupDatabase(damaged, target)).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
  await expect(readFile(target, "utf8")).resolves.toBe("an older backup");
  await expect(readdir(place)).resolves.toEqual(["backup.db"]);
});

test("backupDatabase() refuses to write into the data directory", async () => {
  const directory = await startedDirectory("one");
  await expect(
    backupDatabase(directory, join(directory, ".", "holdfast.db")),
  ).rejects.toMatchObject({ code: "DATABASE_COPY_PLACE" });
  await expect(readDirectory(directory)).resolves.toMatchObject({ keys: ["one"] });
});

test("restoreDatabase() puts a backup in place and keeps what was there", async () => {
  const source = await startedDirectory("from the backup");
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(source, backup);
  const directory = await startedDirectory("from before");
  const { replaced } = await restoreDatabase(backup, directory, { now: () => 0 });
  expect(replaced).toBe(join(directory, "holdfast.db.replaced-1970-01-01T00-00-00-000Z"));
  await expect(readDirectory(directory)).resolves.toMatchObject({ keys: ["from the backup"] });
  expect((await readdir(directory)).toSorted()).toEqual([
    "holdfast.db",
    "holdfast.db.replaced-1970-01-01T00-00-00-000Z",
    "holdfast.lock",
  ]);

  const before = await temporaryDirectory();
  await copyFile(replaced ?? "", join(before, "holdfast.db"));
  await expect(readDirectory(before)).resolves.toMatchObject({ keys: ["from before"] });
});

test("restoreDatabase() keeps what a killed process had committed to its log only", async () => {
  const source = await startedDirectory("from the backup");
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(source, backup);
  // A copy of the files of a running database is what a kill leaves.
  const running = await temporaryDirectory();
  const database = await openTestDatabaseAt({ engine: "sqlite", directory: running });
  await add(database, "in the log");
  const directory = await temporaryDirectory();
  for (const name of ["holdfast.db", "holdfast.db-wal"]) {
    await copyFile(join(running, name), join(directory, name));
  }
  const { replaced } = await restoreDatabase(backup, directory);
  const before = await temporaryDirectory();
  await copyFile(replaced ?? "", join(before, "holdfast.db"));
  await expect(readDirectory(before)).resolves.toMatchObject({ keys: ["in the log"] });
  await expect(readDirectory(directory)).resolves.toMatchObject({ keys: ["from the backup"] });
});

test("restoreDatabase() replaces a damaged database too, and keeps it", async () => {
  const source = await startedDirectory("good");
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(source, backup);
  const directory = await startedDirectory("bad");
  await writeFile(join(directory, "holdfast.db"), "not a database at all".repeat(500));
  const { replaced } = await restoreDatabase(backup, directory);
  await expect(readDirectory(directory)).resolves.toMatchObject({ keys: ["good"] });
  await expect(readFile(replaced ?? "", "utf8")).resolves.toContain("not a database");
});

test.each<[string, string, (path: string) => Promise<void>]>([
  ["is missing", "DATABASE_UNREACHABLE", () => Promise.resolve()],
  ["is no database", "DATABASE_DAMAGED", (path) => writeFile(path, "text ".repeat(1000))],
  ["is empty", "DATABASE_DAMAGED", (path) => writeFile(path, "")],
  [
    "is another program's",
    "DATABASE_DAMAGED",
    async (path) => {
      const other = new SqliteDatabase(path);
      other.exec("create table t (a)");
      other.close();
    },
  ],
  [
    "is damaged",
    "DATABASE_DAMAGED",
    async (path) => {
      await backupDatabase(await startedDirectory("damaged"), path);
      await damage(path);
    },
  ],
])("restoreDatabase() changes nothing when the backup %s", async (_, code, prepare) => {
  const directory = await startedDirectory("kept");
  const backup = join(await temporaryDirectory(), "backup.db");
  await prepare(backup);
  await expect(restoreDatabase(backup, directory)).rejects.toMatchObject({ code });
  await expect(readDirectory(directory)).resolves.toMatchObject({ keys: ["kept"] });
  expect((await readdir(directory)).toSorted()).toEqual(["holdfast.db", "holdfast.lock"]);
});

test("restoreDatabase() refuses while a process writes to the directory", async () => {
  const directory = await temporaryDirectory();
  await openTestDatabaseAt({ engine: "sqlite", directory });
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(directory, backup);
  await expect(restoreDatabase(backup, directory)).rejects.toMatchObject({
    code: "DATABASE_IN_USE",
  });
});

test("restoreDatabase() has readers of changes start afresh", async () => {
  const directory = await startedDirectory("one");
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(directory, backup);
  const before = await openStorageDatabase({ engine: "sqlite", directory });
  const cursor = await latestChange(before.queries);
  await before.close();
  await restoreDatabase(backup, directory);
  const database = await openTestDatabaseAt({ engine: "sqlite", directory });
  await add(database, "two");
  await expect(changesSince(database.queries, cursor)).resolves.toMatchObject({ missed: true });
});

/** Overwrites the pages after the first, where the tables are. */
async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xa5, 4096 + 100);
  await writeFile(path, bytes);
}
