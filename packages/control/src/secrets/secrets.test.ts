import { randomBytes } from "node:crypto";
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "@holdfast/appstore/crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import {
  addMasterKey,
  checkMasterKeys,
  createKeyring,
  dropPreviousMasterKeys,
  insertSecret,
  loadMasterKeys,
  loadRuntimeSecret,
  openSecret,
  rotateMasterKey,
} from "./index.ts";
import type { Keyring, SecretBinding } from "./index.ts";

const BINDING: SecretBinding = {
  app: "yoga",
  environment: "both",
  purpose: "inAppPurchaseKey",
  keyId: "ABC",
};
const PLAINTEXT = new TextEncoder().encode("the private part of a key");

function newKey(): Bytes {
  return new Uint8Array(randomBytes(32));
}

function ringOf(current: Bytes, ...previous: readonly Bytes[]): Promise<Keyring> {
  return createKeyring({ current, previous });
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-secrets-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("createKeyring()", () => {
  test("opens what it sealed, and shows nothing of it in the sealed text", async () => {
    const ring = await ringOf(newKey());
    const secret = await ring.seal(PLAINTEXT, BINDING);
    await expect(ring.open(secret, BINDING)).resolves.toEqual(PLAINTEXT);
    expect(JSON.stringify([secret, ring])).not.toContain("private");
    const again = await ring.seal(PLAINTEXT, BINDING);
    expect(again.sealed).not.toBe(secret.sealed);
  });

  test.each<[string, Partial<SecretBinding>]>([
    ["app", { app: "other" }],
    ["environment", { environment: "sandbox" }],
    ["purpose", { purpose: "connectKey" }],
    ["key", { keyId: "ABD" }],
  ])("opens nothing that was sealed for another %s", async (_, other) => {
    const ring = await ringOf(newKey());
    const secret = await ring.seal(PLAINTEXT, BINDING);
    await expect(ring.open(secret, { ...BINDING, ...other })).rejects.toMatchObject({
      code: "SECRET_SEAL_BROKEN",
    });
  });

  test.each(["", "1.", "2.AAAA", "1.AAAA", "1.!", "1.AAAA.AAAA"])(
    "refuses %j as a sealed secret",
    async (sealed) => {
      const ring = await ringOf(newKey());
      const broken = ring.open({ masterKey: ring.currentId, sealed }, BINDING);
      await expect(broken).rejects.toMatchObject({ code: "SECRET_SEAL_BROKEN" });
    },
  );

  test("refuses every secret with one byte changed", async () => {
    const ring = await ringOf(newKey());
    const { masterKey, sealed } = await ring.seal(PLAINTEXT, BINDING);
    const bytes = Buffer.from(sealed.slice(2), "base64url");
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const secret = { masterKey, sealed: `1.${changed.toString("base64url")}` };
      await expect(ring.open(secret, BINDING)).rejects.toMatchObject({
        code: "SECRET_SEAL_BROKEN",
      });
    }
  });

  test("opens with a previous key, and not without it", async () => {
    const [before, after] = [newKey(), newKey()];
    const old = await ringOf(before);
    const secret = await old.seal(PLAINTEXT, BINDING);
    await expect((await ringOf(after, before)).open(secret, BINDING)).resolves.toEqual(PLAINTEXT);
    await expect((await ringOf(after)).open(secret, BINDING)).rejects.toMatchObject({
      code: "SECRET_KEY_UNKNOWN",
      message: expect.stringContaining(old.currentId) as string,
    });
  });

  test("refuses a binding in which two could be the same", async () => {
    const ring = await ringOf(newKey());
    await expect(ring.seal(PLAINTEXT, { ...BINDING, keyId: "a|b" })).rejects.toMatchObject({
      code: "SECRET_BINDING_INVALID",
    });
  });
});

describe("loadMasterKeys()", () => {
  test("makes a key in the data directory that only its owner can read, and finds it again", async () => {
    const dataDirectory = join(await temporaryDirectory(), "data");
    const made = await loadMasterKeys({ env: {}, dataDirectory });
    const { mode } = await stat(join(dataDirectory, "master-key"));
    expect((mode & 0o777).toString(8)).toBe("600");
    expect(made.current).toHaveLength(32);
    await expect(loadMasterKeys({ env: {}, dataDirectory })).resolves.toEqual(made);
  });

  test("makes one key when several start at once", async () => {
    const dataDirectory = await temporaryDirectory();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => loadMasterKeys({ env: {}, dataDirectory })),
    );
    expect(new Set(all.map(({ current }) => Buffer.from(current).toString("hex"))).size).toBe(1);
  });

  test("takes the environment before a file, and a file before the data directory", async () => {
    const directory = await temporaryDirectory();
    const [one, other] = [newKey(), newKey()];
    const file = join(directory, "given");
    await writeFile(file, `${Buffer.from(other).toString("base64url")}\n`);
    const both = {
      HOLDFAST_MASTER_KEY: Buffer.from(one).toString("base64"),
      HOLDFAST_MASTER_KEY_FILE: file,
    };
    const sources = { dataDirectory: directory };
    expect((await loadMasterKeys({ env: both, ...sources })).current).toEqual(one);
    const { HOLDFAST_MASTER_KEY_FILE } = both;
    expect(
      (await loadMasterKeys({ env: { HOLDFAST_MASTER_KEY_FILE }, ...sources })).current,
    ).toEqual(other);
  });

  test.each([
    ["nothing", {}, "SECRET_MISSING"],
    ["too little", { HOLDFAST_MASTER_KEY: "c2hvcnQ=" }, "SECRET_INVALID"],
    ["no base64", { HOLDFAST_MASTER_KEY: "!".repeat(43) }, "SECRET_INVALID"],
    ["a file that is not there", { HOLDFAST_MASTER_KEY_FILE: "/nowhere/key" }, "SECRET_INVALID"],
  ])("refuses %s", async (_, env, code) => {
    await expect(loadMasterKeys({ env })).rejects.toMatchObject({ code });
  });

  test("makes nothing where one must be there already", async () => {
    const dataDirectory = await temporaryDirectory();
    const sources = { env: {}, dataDirectory, mustExist: true };
    await expect(loadMasterKeys(sources)).rejects.toMatchObject({ code: "SECRET_MISSING" });
    await expect(readdir(dataDirectory)).resolves.toEqual([]);
    const made = await loadMasterKeys({ env: {}, dataDirectory });
    await expect(loadMasterKeys(sources)).resolves.toEqual(made);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ["others can read", (path) => chmod(path, 0o644)],
    [
      "is a symbolic link",
      async (path) => {
        await rename(path, `${path}.elsewhere`);
        await symlink(`${path}.elsewhere`, path);
      },
    ],
  ])(
    "refuses a file in the data directory that %s, as a repository would bring it",
    async (_, plant) => {
      const dataDirectory = await temporaryDirectory();
      await loadMasterKeys({ env: {}, dataDirectory });
      await plant(join(dataDirectory, "master-key"));
      await expect(loadMasterKeys({ env: {}, dataDirectory })).rejects.toMatchObject({
        code: "SECRET_FILE_UNSAFE",
      });
      await expect(addMasterKey(dataDirectory)).rejects.toMatchObject({
        code: "SECRET_FILE_UNSAFE",
      });
    },
  );

  test("never repeats what it was given", async () => {
    const env = { HOLDFAST_MASTER_KEY: "almost-a-secret-but-too-short" };
    await expect(loadMasterKeys({ env })).rejects.toSatisfy(
      (error: Error) => !String(error.stack).includes("almost-a-secret"),
    );
  });
});

test("loadRuntimeSecret() reads the file that the runtime on the machine has made", async () => {
  const dataDirectory = await temporaryDirectory();
  const secret = newKey();
  const text = Buffer.from(secret).toString("base64");
  await writeFile(join(dataDirectory, "runtime-secret"), text, { mode: 0o600 });
  await expect(loadRuntimeSecret({ env: {}, dataDirectory })).resolves.toEqual(secret);
});

describe.each(await engines())("on $name", (engine) => {
  async function filled(count: number) {
    const database = await openTestDatabase(engine);
    const [before, after] = [newKey(), newKey()];
    const old = await ringOf(before);
    const bindings = Array.from({ length: count }, (_, index) => ({
      ...BINDING,
      keyId: `K${index}`,
    }));
    for (const binding of bindings) {
      const secret = new TextEncoder().encode(binding.keyId);
      await insertSecret(database.queries, binding, await old.seal(secret, binding));
    }
    const readAll = async (ring: Keyring): Promise<readonly string[]> => {
      const opened = bindings.map((binding) => openSecret(database.queries, ring, binding));
      return (await Promise.all(opened)).map((bytes) => new TextDecoder().decode(bytes));
    };
    return { database, old, both: await ringOf(after, before), only: await ringOf(after), readAll };
  }

  test("rotateMasterKey() seals everything anew; then the old key is not needed", async () => {
    const { database, both, only, readAll } = await filled(7);
    await expect(rotateMasterKey(database, both, { batch: 3 })).resolves.toBe(7);
    await expect(readAll(only)).resolves.toEqual(["K0", "K1", "K2", "K3", "K4", "K5", "K6"]);
    await expect(rotateMasterKey(database, both)).resolves.toBe(0);
  });

  test("rotateMasterKey() goes on where one that was ended stopped, and everything opens meanwhile", async () => {
    const { database, both, only, readAll } = await filled(5);
    const ending = new AbortController();
    let sealed = 0;
    const endsAfterTwo: Keyring = {
      ...both,
      seal(plaintext, binding) {
        sealed += 1;
        if (sealed === 2) ending.abort();
        return both.seal(plaintext, binding);
      },
    };
    const { signal } = ending;
    await expect(rotateMasterKey(database, endsAfterTwo, { signal })).rejects.toThrow();
    await expect(readAll(both)).resolves.toHaveLength(5);
    await expect(readAll(only)).rejects.toMatchObject({ code: "SECRET_KEY_UNKNOWN" });
    await expect(rotateMasterKey(database, both)).resolves.toBe(3);
    await expect(readAll(only)).resolves.toHaveLength(5);
  });

  test("checkMasterKeys() refuses a key the database was not written with", async () => {
    const { database, old, both } = await filled(1);
    await checkMasterKeys(database.queries, old);
    await checkMasterKeys(database.queries, both);
    await expect(checkMasterKeys(database.queries, await ringOf(newKey()))).rejects.toMatchObject({
      code: "SECRET_KEY_UNKNOWN",
    });
  });

  test("addMasterKey() and dropPreviousMasterKeys() rotate the key of a data directory", async () => {
    const database = await openTestDatabase(engine);
    const dataDirectory = await temporaryDirectory();
    const load = async () => createKeyring(await loadMasterKeys({ env: {}, dataDirectory }));
    const before = await load();
    await insertSecret(database.queries, BINDING, await before.seal(PLAINTEXT, BINDING));
    await expect(addMasterKey(dataDirectory)).resolves.toBe(true);
    await expect(addMasterKey(dataDirectory)).resolves.toBe(false);
    const during = await load();
    expect(during.ids).toEqual([during.currentId, before.currentId]);
    await expect(dropPreviousMasterKeys(dataDirectory, database.queries)).rejects.toMatchObject({
      code: "SECRET_KEY_UNKNOWN",
    });
    await rotateMasterKey(database, during);
    await dropPreviousMasterKeys(dataDirectory, database.queries);
    const after = await load();
    expect(after.ids).toEqual([during.currentId]);
    await expect(openSecret(database.queries, after, BINDING)).resolves.toEqual(PLAINTEXT);
    const text = await readFile(join(dataDirectory, "master-key"), "utf8");
    expect(text.trim().split("\n")).toHaveLength(1);
  });

  test("insertSecret() never replaces a secret", async () => {
    const { database, old } = await filled(1);
    const binding = { ...BINDING, keyId: "K0" };
    const again = insertSecret(database.queries, binding, await old.seal(PLAINTEXT, binding));
    await expect(again).rejects.toMatchObject({ code: "DATABASE_DUPLICATE" });
  });

  test("openSecret() says which secret is missing", async () => {
    const { database, old } = await filled(0);
    await expect(openSecret(database.queries, old, BINDING)).rejects.toMatchObject({
      code: "SECRET_NOT_FOUND",
    });
  });
});
