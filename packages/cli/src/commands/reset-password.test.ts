import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { postgresEngines } from "../../../control/src/storage/testing/engines.ts";
import { withDatabase } from "../database/database-place.ts";
import {
  auditOf,
  dataDirectoryOf,
  EMAIL,
  fillDirectory,
  fillPostgres,
  withDatabaseAt,
} from "../database/testing/data-directory.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, withRunning, writeFiles } from "../testing/run.ts";

const PASSWORD = "a sentence only I know";

function hashIn(io: FakeIo): Promise<string | null> {
  return withDatabaseAt(dataDirectoryOf(io), async ({ queries }) => {
    const row = await queries.selectFrom("people").select("password_hash").executeTakeFirst();
    return row?.password_hash ?? null;
  });
}

test("reset-password sets a password that signs in, and is written down without it", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  await writeFiles(io, { "password.txt": `${PASSWORD}\n` });
  const { code, json } = await runJson(io, `reset-password ${EMAIL} --password-file password.txt`);
  expect({ code, ...json }).toEqual({ code: 0, email: EMAIL, name: "Ada", endedSessions: 0 });
  expect(await auditOf(io, "resetPassword")).toEqual(["system cli"]);
  await using server = await createFakeIo({ cwd: io.cwd });
  const status = await withRunning(server, "serve --port 0", async ({ url }) => {
    const response = await fetch(`${String(url)}/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    return response.status;
  });
  expect(status).toBe(201);
  expect(io.err() + io.out()).not.toContain(PASSWORD);
});

test("reset-password asks twice on a terminal, and changes nothing when the two differ", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const answers = [PASSWORD, "another sentence"];
  const terminal = {
    ask: () => Promise.reject(new Error("asked in the open")),
    askHidden: async () => answers.shift() ?? "",
  };
  await using asked = await createFakeIo({ cwd: io.cwd, terminal });
  expect(await run(asked, `reset-password ${EMAIL} --output json`)).toBe(2);
  expect(errorOf(asked)).toMatchObject({ code: "PASSWORDS_DIFFER" });
  expect(await hashIn(io)).toBeNull();
  answers.push(PASSWORD, PASSWORD);
  expect(await run(asked, `reset-password ${EMAIL}`)).toBe(0);
  expect(await hashIn(io)).toMatch(/^\$argon2id\$/);
});

test.each([
  ["somebody who is not there", "eve@example.com", PASSWORD, "PERSON_UNKNOWN"],
  ["a short password", EMAIL, "short", "PASSWORD_UNFIT"],
])("reset-password refuses %s", async (_, email, password, code) => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  await writeFiles(io, { "password.txt": password });
  const line = `reset-password ${email} --password-file password.txt --output json`;
  expect(await run(io, line)).toBe(2);
  expect(errorOf(io)).toMatchObject({ code });
  expect(await hashIn(io)).toBeNull();
});

test("reset-password refuses while a server has the database open, and a directory without one", async () => {
  await using io = await createFakeIo();
  expect(await run(io, `reset-password ${EMAIL} --output json`)).toBe(1);
  expect(errorOf(io)).toMatchObject({ code: "DATABASE_UNREACHABLE" });
  expect(await readdir(io.cwd)).toEqual([]);
  await using other = await createFakeIo();
  await fillDirectory(other);
  const line = `reset-password ${EMAIL} --output json`;
  expect(await withDatabaseAt(dataDirectoryOf(other), () => run(other, line))).toBe(1);
  expect(errorOf(other)).toMatchObject({ code: "DATABASE_IN_USE" });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("reset-password works while servers run", async () => {
    const place = await engine.migratedPlace();
    const url = place.engine === "postgres" ? place.url : "";
    await using filled = await createFakeIo();
    await using io = await fillPostgres(filled, url);
    await writeFiles(io, { "password.txt": PASSWORD });
    const hashes = await withDatabase({ engine: "postgres", url }, async ({ queries }) => {
      expect(await run(io, `reset-password ${EMAIL} --password-file password.txt`)).toBe(0);
      return queries.selectFrom("people").select("password_hash").execute();
    });
    expect(hashes).toEqual([{ password_hash: expect.stringMatching(/^\$argon2id\$/) as string }]);
  });
});
