import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sequenceFloor } from "@holdfast/control/storage";
import { postgresEngines } from "../../../control/src/storage/testing/engines.ts";
import { withDatabase } from "../database/database-place.ts";
import {
  auditOf,
  dataDirectoryOf,
  fillDirectory,
  withDatabaseAt,
} from "../database/testing/data-directory.ts";
import { createFakeIo, FAKE_NOW } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

/** Makes a backup of a filled directory, and goes on: one more person. */
async function backUpAndGoOn(io: FakeIo): Promise<void> {
  await fillDirectory(io);
  expect(await run(io, "backup copy.db")).toBe(0);
  await nameAll(io, "Eve");
}

async function nameAll(io: FakeIo, name: string): Promise<void> {
  await withDatabaseAt(dataDirectoryOf(io), ({ queries }) =>
    queries.updateTable("people").set({ name }).execute(),
  );
}

async function namesIn(io: FakeIo): Promise<readonly string[]> {
  return withDatabaseAt(dataDirectoryOf(io), async ({ queries }) =>
    (await queries.selectFrom("people").select("name").execute()).map(({ name }) => name),
  );
}

test("restore goes back to a backup, keeps the database before, and is written down", async () => {
  await using io = await createFakeIo();
  await backUpAndGoOn(io);
  const { code, json } = await runJson(io, "restore copy.db");
  expect(code).toBe(0);
  expect(json).toEqual({
    replaced: join(dataDirectoryOf(io), "holdfast.db.replaced-2026-11-21T09-00-00-000Z"),
    sequenceFloor: FAKE_NOW,
    masterKey: "fits",
  });
  expect(await namesIn(io)).toEqual(["Ada"]);
  expect(await auditOf(io, "restoreDatabase")).toEqual(["system cli"]);
  expect(io.err()).toBe("");
});

test("restore fails the schedules that came due since, and leaves those to come", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  await withDatabaseAt(dataDirectoryOf(io), async ({ queries }) => {
    for (const [id, publishAt] of [
      ["due", FAKE_NOW],
      ["to come", FAKE_NOW + 1],
    ] as const) {
      await queries
        .insertInto("publication_schedules")
        .values({
          id,
          app: "yoga",
          environment: "sandbox",
          version: 1,
          publish_at: publishAt,
          state: "waiting",
          problem: null,
          note: null,
          created_by: "person_ada",
          created_at: 1,
        })
        .execute();
    }
  });
  expect(await run(io, "backup copy.db")).toBe(0);
  expect(await run(io, "restore copy.db")).toBe(0);
  const schedules = await withDatabaseAt(dataDirectoryOf(io), ({ queries }) =>
    queries.selectFrom("publication_schedules").select(["id", "state", "problem"]).execute(),
  );
  expect(schedules).toEqual([
    { id: "due", state: "failed", problem: "RESTORED" },
    { id: "to come", state: "waiting", problem: null },
  ]);
});

test.each([
  ["is missing", "missing", (path: string) => rename(path, `${path}.away`)],
  [
    "is another's",
    "other",
    async (path: string) => {
      await rename(path, `${path}.away`);
      await using other = await createFakeIo();
      await fillDirectory(other);
      await rename(join(dataDirectoryOf(other), "master-key"), path);
    },
  ],
])("restore warns where the master key %s, and makes none", async (_, masterKey, change) => {
  await using io = await createFakeIo();
  await backUpAndGoOn(io);
  const path = join(dataDirectoryOf(io), "master-key");
  await change(path);
  const before = await readFile(path, "utf8").catch(() => undefined);
  const { code, json } = await runJson(io, "restore copy.db");
  expect({ code, ...json }).toMatchObject({ code: 0, masterKey });
  expect(JSON.parse(io.err())).toMatchObject({
    warnings: [expect.stringMatching(/^SECRET_(MISSING|KEY_UNKNOWN)/)],
  });
  expect(await readFile(path, "utf8").catch(() => undefined)).toBe(before);
});

test("restore refuses while a server has the database open", async () => {
  await using io = await createFakeIo();
  await backUpAndGoOn(io);
  const code = await withDatabaseAt(dataDirectoryOf(io), () =>
    run(io, "restore copy.db --output json"),
  );
  expect(code).toBe(1);
  expect(errorOf(io)).toMatchObject({
    code: "DATABASE_IN_USE",
    message: expect.stringContaining("stop that one first") as string,
  });
  expect(await namesIn(io)).toEqual(["Eve"]);
});

test.each([
  ["no file", "restore", 2, "FILE_MISSING"],
  ["a file that is not there", "restore none.db", 1, "DATABASE_UNREACHABLE"],
])("restore refuses %s, and changes nothing", async (_, line, exitCode, code) => {
  await using io = await createFakeIo();
  await backUpAndGoOn(io);
  expect(await run(io, `${line} --output json`)).toBe(exitCode);
  expect(errorOf(io)).toMatchObject({ code });
  expect(await namesIn(io)).toEqual(["Eve"]);
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("restore marks a database that pg_restore filled, and takes no file", async () => {
    const place = await engine.place();
    const url = place.engine === "postgres" ? place.url : "";
    await using io = await createFakeIo({
      env: { HOLDFAST_DATABASE_URL: url, HOLDFAST_MASTER_KEY: Buffer.alloc(32).toString("base64") },
    });
    expect(await run(io, "restore copy.db --output json")).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "DATABASE_ENGINE_UNFIT" });
    const { code, json } = await runJson(io, "restore");
    expect({ code, ...json }).toEqual({ code: 0, sequenceFloor: FAKE_NOW, masterKey: "fits" });
    const floor = await withDatabase({ engine: "postgres", url }, ({ queries }) =>
      sequenceFloor(queries),
    );
    expect(floor).toBe(FAKE_NOW);
  });
});
