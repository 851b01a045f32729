import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  dataDirectoryOf,
  fillDirectory,
  withDatabaseAt,
} from "../database/testing/data-directory.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

test("backup writes one private file that can be restored, while a server has the database open", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const { code, json } = await withDatabaseAt(dataDirectoryOf(io), () =>
    runJson(io, "backup copy.db"),
  );
  expect(code).toBe(0);
  const { size, mode } = await stat(join(io.cwd, "copy.db"));
  expect(json).toEqual({ file: "copy.db", sizeBytes: size });
  expect(mode & 0o777).toBe(0o600);
  expect(await run(io, "restore copy.db --data elsewhere")).toBe(0);
  const people = await withDatabaseAt(join(io.cwd, "elsewhere"), ({ queries }) =>
    queries.selectFrom("people").select("name").execute(),
  );
  expect(people).toEqual([{ name: "Ada" }]);
});

test("backup replaces a file with --force alone, and says where the master key is", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  await writeFiles(io, { "copy.db": "mine" });
  expect(await run(io, "backup copy.db --output json")).toBe(2);
  expect(errorOf(io)).toMatchObject({ code: "FILE_EXISTS" });
  expect(await run(io, "backup copy.db --force")).toBe(0);
  expect(io.out()).toMatch(/master-key/);
  expect((await stat(join(io.cwd, "copy.db"))).size).toBeGreaterThan(4096);
});

/** Makes a database that takes several steps to copy. */
async function fillLargely(io: FakeIo): Promise<void> {
  await fillDirectory(io);
  await withDatabaseAt(dataDirectoryOf(io), async ({ queries }) => {
    const image = { app: "yoga", sha256: "00", bytes: new Uint8Array(12_000_000), created_at: 1 };
    await queries.insertInto("flow_images").values(image).execute();
  });
}

test("backup tells its progress on a terminal", async () => {
  await using io = await createFakeIo({ isErrTty: true });
  await fillLargely(io);
  expect(await run(io, "backup copy.db")).toBe(0);
  expect(io.err()).toMatch(/^(copied [1-9]0 %\n){2,}$/);
});

test("backup ended by Ctrl-C leaves nothing behind", async () => {
  await using io = await createFakeIo();
  await fillLargely(io);
  io.interrupt();
  expect(await run(io, "backup copy.db --output json")).toBe(130);
  expect(errorOf(io)).toMatchObject({ code: "INTERRUPTED" });
  expect(await readdir(io.cwd)).toEqual([".holdfast"]);
});

test.each([
  ["a directory without a database", {}, 1, "DATABASE_UNREACHABLE"],
  ["PostgreSQL", { HOLDFAST_DATABASE_URL: "postgres://localhost/x" }, 2, "DATABASE_ENGINE_UNFIT"],
])("backup refuses %s, and makes nothing", async (_, env, exitCode, code) => {
  await using io = await createFakeIo({ env });
  expect(await run(io, "backup copy.db --output json")).toBe(exitCode);
  expect(errorOf(io)).toMatchObject({ code });
  expect(await readdir(io.cwd)).toEqual([]);
});
