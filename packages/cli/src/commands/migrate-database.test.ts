import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { postgresEngines } from "../../../control/src/storage/testing/engines.ts";
import { withDatabase } from "../database/database-place.ts";
import {
  dataDirectoryOf,
  fillDirectory,
  withDatabaseAt,
} from "../database/testing/data-directory.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

const PASSWORD = "hunter2";

test.each([
  ["in its place", `postgres://holdfast:${PASSWORD}@127.0.0.1:1/x`],
  ["as a parameter", `postgres://127.0.0.1:1/x?user=holdfast&password=${PASSWORD}`],
])(
  "migrate-database takes no password %s on the command line, and does not repeat it",
  async (_, url) => {
    await using io = await createFakeIo();
    await fillDirectory(io);
    expect(await run(io, `migrate-database --to ${url} --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "PASSWORD_EXPOSED" });
    expect(io.err()).not.toContain(PASSWORD);
  },
);

test.each([
  ["no target", "migrate-database", 2, "OPTION_MISSING"],
  ["a URL of something else", "migrate-database --to mysql://x", 2, "DATABASE_URL_INVALID"],
  [
    "a server that is not there",
    "migrate-database --to postgres://127.0.0.1:1/x",
    1,
    "DATABASE_UNREACHABLE",
  ],
])("migrate-database refuses %s", async (_, line, exitCode, code) => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  expect(await run(io, `${line} --output json`)).toBe(exitCode);
  expect(errorOf(io)).toMatchObject({ code });
});

describe.each(await postgresEngines())("to $name", (engine) => {
  async function target(): Promise<string> {
    const place = await engine.place();
    return place.engine === "postgres" ? place.url : "";
  }

  test("migrate-database copies everything, tells how far it is, and may be run again", async () => {
    const url = await target();
    await using io = await createFakeIo({ isErrTty: true });
    await fillDirectory(io);
    await writeFiles(io, { "url.txt": `${url}\n` });
    await using given = await createFakeIo({
      cwd: io.cwd,
      isErrTty: true,
      env: { HOLDFAST_DATABASE_URL_FILE: "url.txt" },
    });
    const { code, json } = await runJson(given, "migrate-database");
    expect(code).toBe(0);
    expect(json["tables"]).toContainEqual({ table: "secrets", rows: 3 });
    expect(given.err()).toContain("secrets: 3 copied");
    const people = await withDatabase({ engine: "postgres", url }, ({ queries }) =>
      queries.selectFrom("people").select("name").execute(),
    );
    expect(people).toEqual([{ name: "Ada" }]);
    expect(await run(io, `migrate-database --to ${url}`)).toBe(0);
  });

  test("migrate-database refuses while a server has the database open, and a directory without one", async () => {
    const url = await target();
    await using io = await createFakeIo();
    await fillDirectory(io);
    const line = `migrate-database --to ${url} --output json`;
    expect(await withDatabaseAt(dataDirectoryOf(io), () => run(io, line))).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "DATABASE_IN_USE" });
    await using empty = await createFakeIo();
    expect(await run(empty, line)).toBe(1);
    expect(errorOf(empty)).toMatchObject({ code: "DATABASE_UNREACHABLE" });
    expect(await readdir(empty.cwd)).toEqual([]);
  });
});
