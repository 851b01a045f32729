import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { postgresEngines } from "../../../control/src/storage/testing/engines.ts";
import { withDatabase } from "../database/database-place.ts";
import {
  auditOf,
  dataDirectoryOf,
  fillDirectory,
  fillPostgres,
  openSecrets,
  withDatabaseAt,
} from "../database/testing/data-directory.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

const newKey = (): string => randomBytes(32).toString("base64");

function keyFile(io: FakeIo): Promise<string> {
  return readFile(join(dataDirectoryOf(io), "master-key"), "utf8");
}

test("rotate-master-key seals everything under a new key of the data directory, and throws the old one away", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const before = await keyFile(io);
  const { code, json } = await runJson(io, "rotate-master-key");
  expect({ code, ...json }).toMatchObject({ code: 0, resealed: 3, unused: [], isOwnKey: true });
  const after = await keyFile(io);
  expect(after).not.toContain(before.trim());
  expect(after.trim().split("\n")).toHaveLength(1);
  expect(await openSecrets(io)).toEqual(["key-0", "key-1", "key-2"]);
  expect(await auditOf(io, "rotateMasterKey")).toEqual(["system cli"]);
});

test("rotate-master-key with given keys seals under the first, and says that the others can go", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const old = (await keyFile(io)).trim();
  const withKeys = (...keys: readonly string[]) =>
    createFakeIo({ cwd: io.cwd, env: { HOLDFAST_MASTER_KEY: keys.join("\n") } });
  await using alone = await withKeys(old);
  const nothing = await runJson(alone, "rotate-master-key");
  expect(nothing).toMatchObject({ code: 0, json: { resealed: 0, unused: [], isOwnKey: false } });
  expect(await run(alone, "rotate-master-key")).toBe(0);
  expect(alone.out()).toContain("put a new key");

  const fresh = newKey();
  await using both = await withKeys(fresh, old);
  const { code, json } = await runJson(both, "rotate-master-key");
  expect(code).toBe(0);
  expect(json).toMatchObject({ resealed: 3, unused: [nothing.json["masterKey"]] });
  expect((await keyFile(io)).trim()).toBe(old);
  await writeFile(join(dataDirectoryOf(io), "master-key"), `${fresh}\n`);
  expect(await openSecrets(io)).toHaveLength(3);
});

test("rotate-master-key refuses a key the database was not written with, and adds none to it", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const wrong = `${newKey()}\n`;
  await writeFile(join(dataDirectoryOf(io), "master-key"), wrong);
  expect(await run(io, "rotate-master-key --output json")).toBe(1);
  expect(errorOf(io)).toMatchObject({ code: "SECRET_KEY_UNKNOWN" });
  expect(await keyFile(io)).toBe(wrong);
});

test("rotate-master-key refuses while a server has the database open", async () => {
  await using io = await createFakeIo();
  await fillDirectory(io);
  const before = await keyFile(io);
  const code = await withDatabaseAt(dataDirectoryOf(io), () =>
    run(io, "rotate-master-key --output json"),
  );
  expect(code).toBe(1);
  expect(errorOf(io)).toMatchObject({ code: "DATABASE_IN_USE" });
  expect(await keyFile(io)).toBe(before);
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("rotate-master-key seals under the first key given, while servers run", async () => {
    const place = await engine.migratedPlace();
    const url = place.engine === "postgres" ? place.url : "";
    await using filled = await createFakeIo();
    await using io = await fillPostgres(filled, url, [newKey()]);
    const rotated = await withDatabase({ engine: "postgres", url }, () =>
      runJson(io, "rotate-master-key"),
    );
    expect(rotated).toMatchObject({ code: 0, json: { resealed: 3, isOwnKey: false } });
    const sealedUnder = await withDatabase({ engine: "postgres", url }, ({ queries }) =>
      queries.selectFrom("secrets").select("master_key").distinct().execute(),
    );
    expect(sealedUnder).toEqual([{ master_key: rotated.json["masterKey"] }]);
  });

  test("rotate-master-key makes no key on its own, for others could not know it", async () => {
    const place = await engine.migratedPlace();
    const url = place.engine === "postgres" ? place.url : "";
    await using io = await createFakeIo({ env: { HOLDFAST_DATABASE_URL: url } });
    expect(await run(io, "rotate-master-key --output json")).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "SECRET_MISSING" });
  });
});
