import { lstat, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { createFakeKeychain, createMissingKeychain } from "../../testing/fake-keychain.ts";
import { createCredentialStore } from "./credential-store.ts";
import type { CredentialStore } from "./credential-store.ts";
import { keyMaterialOf, readJsonFile, writeConfig, writeTestKey } from "../testing/stored-keys.ts";

interface World {
  readonly io: FakeIo;
  readonly store: CredentialStore;
  /** Our configuration in the home directory. */
  readonly global: string;
  /** Our configuration in the working directory. */
  readonly local: string;
  /** The configuration of `asc` in the home directory. */
  readonly asc: string;
}

/** A working directory below the home directory, so that the two configurations are two files. */
async function createWorld(io: FakeIo, keychain = io.keychain): Promise<World> {
  const home = io.env["HOME"] ?? "";
  const cwd = join(home, "project");
  return {
    io,
    store: createCredentialStore({ env: io.env, cwd, keychain }),
    global: join(home, ".holdfast", "config.json"),
    local: join(cwd, ".holdfast", "config.json"),
    asc: join(home, ".asc", "config.json"),
  };
}

async function newKey(io: FakeIo, name: string) {
  const { path, ...key } = await writeTestKey(io);
  return { ...key, name, bundleId: "com.example.app", privateKeyPath: path };
}

const keysIn = async (path: string): Promise<unknown> => (await readJsonFile(path))["storekit"];

describe("a credential in a configuration file", () => {
  test("is stored, found, listed, made the default and removed", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    const [first, second] = [await newKey(io, "First"), await newKey(io, "Second")];
    expect((await store.save(first, "config")).place).toBe(global);
    await store.save(second, "config");
    expect((await store.findDefault())?.name).toBe("Second");
    expect(await store.setDefault("First")).toBe(true);
    expect(
      (await store.list()).map(({ credential, isDefault }) => [credential.name, isDefault]),
    ).toEqual([
      ["First", true],
      ["Second", false],
    ]);
    expect(await (await store.find("First"))?.readPrivateKey()).toBe(second.privateKey);
    expect(await store.remove("First")).toBe(true);
    expect(await store.find("First")).toBeUndefined();
    expect(await store.remove("First")).toBe(false);
    expect((await store.findDefault())?.name).toBe("Second");
  });

  test("is readable by its owner alone, and has the path of the key, never the key", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    const key = await newKey(io, "CI");
    await store.save(key, "config");
    expect((await stat(global)).mode & 0o777).toBe(0o600);
    expect(await readJsonFile(global)).toEqual({
      storekit: {
        default_key_name: "CI",
        keys: [
          {
            name: "CI",
            key_id: key.keyId,
            issuer_id: key.issuerId,
            private_key_path: key.privateKeyPath,
            bundle_id: "com.example.app",
          },
        ],
      },
    });
  });

  test("leaves what else is in the file as it was", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, [{ name: "Old" }], {
      others: { default_key_name: "another", x: [1] },
    });
    await store.save(await newKey(io, "New"), "config");
    expect(await readJsonFile(global)).toMatchObject({ default_key_name: "another", x: [1] });
    expect(await keysIn(global)).toMatchObject({ keys: [{ name: "Old" }, { name: "New" }] });
  });

  test("is refused where the file is a symbolic link, which stays one", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    const elsewhere = join(io.cwd, "elsewhere.json");
    await writeFile(elsewhere, "{}");
    await writeConfig(global, []);
    await symlink(elsewhere, `${global}.link`);
    const linked = createCredentialStore({
      ...io,
      env: { ...io.env, HOLDFAST_CONFIG_PATH: `${global}.link` },
    });
    await expect(linked.save(await newKey(io, "CI"), "config")).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
    expect((await lstat(`${global}.link`)).isSymbolicLink()).toBe(true);
    expect(await readJsonFile(elsewhere)).toEqual({});
    expect(await store.list()).toEqual([]);
  });

  test("goes into ./.holdfast when it is to be local", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await writeConfig(global, [{ name: "Global" }]);
    expect((await store.save(await newKey(io, "Local"), "local")).place).toBe(local);
    expect((await store.findDefault())?.configPath).toBe(local);
  });
});

describe("a stored credential", () => {
  test.each(["keychain", "config"] as const)(
    "shows nothing of its private key when printed or serialised: %s",
    async (place) => {
      await using io = await createFakeIo();
      const { store } = await createWorld(io);
      const key = await newKey(io, "CI");
      await store.save(key, place);
      const found = await store.find("CI");
      const shown = JSON.stringify(found) + inspect(found, { depth: 9, showHidden: true });
      expect(shown).toContain(key.keyId);
      for (const secret of keyMaterialOf(key.privateKey)) expect(shown).not.toContain(secret);
      expect(await found?.readPrivateKey()).toBe(key.privateKey);
    },
  );

  test("is the active configuration's before the keychain's of the same name", async () => {
    await using io = await createFakeIo();
    const { store, local } = await createWorld(io);
    await store.save(await newKey(io, "Same"), "keychain");
    await writeConfig(local, [{ name: "Same", keyId: "OF_CONFIG" }]);
    expect(await store.find("Same")).toMatchObject({ keyId: "OF_CONFIG", source: "config" });
    expect(await store.list()).toHaveLength(1);
  });

  test("is the global configuration's where the active one has no keys", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await writeConfig(local, []);
    await writeConfig(global, [{ name: "Only", keyId: "OF_GLOBAL" }]);
    expect(await store.findDefault()).toMatchObject({ keyId: "OF_GLOBAL", configPath: global });
    await writeConfig(local, [{ name: "Mine" }]);
    expect(await store.find("Only")).toBeUndefined();
  });

  test("is the global configuration's before the keychain's of the same name", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await store.save(await newKey(io, "Same"), "keychain");
    await writeConfig(local, []);
    await writeConfig(global, [{ name: "Same", keyId: "OF_GLOBAL" }]);
    expect(await store.find("Same")).toMatchObject({ keyId: "OF_GLOBAL" });
  });

  test("is asc's where we have none of its name, and asc's file is never written", async () => {
    await using io = await createFakeIo();
    const { store, asc, global } = await createWorld(io);
    await writeConfig(asc, [{ name: "Theirs" }, { name: "Other" }], { defaultKeyName: "Other" });
    const before = await readJsonFile(asc);
    expect(await store.findDefault()).toMatchObject({ name: "Other", source: "asc" });
    expect(await store.setDefault("Theirs")).toBe(true);
    expect(await store.findDefault()).toMatchObject({ name: "Theirs", source: "asc" });
    expect(await keysIn(global)).toMatchObject({ default_key_name: "Theirs" });
    expect(await store.remove("Theirs")).toBe(false);
    expect(await readJsonFile(asc)).toEqual(before);
  });

  test("replaces one of its name in a file when the keychain gets it", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, [{ name: "Same", keyId: "OLD" }]);
    const key = await newKey(io, "Same");
    expect(await store.save(key, "keychain")).toEqual({
      place: "keychain",
      isReplacement: true,
      hiddenBy: undefined,
    });
    expect(await store.findDefault()).toMatchObject({ keyId: key.keyId, source: "keychain" });
    expect(JSON.stringify(await readJsonFile(global))).not.toContain("OLD");
  });
});

describe("the default credential", () => {
  test("is the only one, without being made it", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, [{ name: "Only" }]);
    expect((await store.findDefault())?.name).toBe("Only");
  });

  test("is asked for where there are several and none is it", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, [{ name: "One" }, { name: "Two" }]);
    await expect(store.findDefault()).rejects.toMatchObject({
      code: "DEFAULT_UNKNOWN",
      message: expect.stringContaining("One, Two") as unknown,
    });
  });

  test("is missed where it is gone, rather than another taken", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, [{ name: "Left" }], { defaultKeyName: "Gone" });
    await expect(store.findDefault()).rejects.toMatchObject({ code: "DEFAULT_UNKNOWN" });
  });

  test("is set in the file its credential is in, and nowhere else", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await writeConfig(local, [], { defaultKeyName: "Elsewhere" });
    await writeConfig(global, [{ name: "One" }, { name: "Two" }], { defaultKeyName: "One" });
    expect(await store.setDefault("Two")).toBe(true);
    expect(await keysIn(global)).toMatchObject({ default_key_name: "Two" });
    expect((await store.findDefault())?.name).toBe("Two");
    expect(await store.setDefault("None")).toBe(false);
  });
});

describe("removing credentials", () => {
  test("reaches the global configuration behind an active one without keys", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await writeConfig(local, []);
    await writeConfig(global, [{ name: "One" }, { name: "Two" }], { defaultKeyName: "One" });
    expect(await store.remove("One")).toBe(true);
    expect(await keysIn(global)).toMatchObject({ keys: [{ name: "Two" }], default_key_name: "" });
  });

  test("takes one of the same name out of the keychain, too", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await store.save(await newKey(io, "Same"), "keychain");
    await writeConfig(global, [{ name: "Same" }]);
    expect(await store.remove("Same")).toBe(true);
    expect(await store.find("Same")).toBeUndefined();
  });

  test("clears the local and the global configuration and the keychain", async () => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await store.save(await newKey(io, "Kept"), "keychain");
    await writeConfig(global, [{ name: "Global" }]);
    await writeConfig(local, [{ name: "Local" }]);
    await store.removeAll();
    expect(await keysIn(local)).toMatchObject({ keys: [] });
    expect(await keysIn(global)).toMatchObject({ keys: [] });
    expect(await io.keychain.names()).toEqual([]);
    expect(await store.findDefault()).toBeUndefined();
  });

  test("makes no file where there was none", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    expect(await store.removeAll()).toBe(0);
    await expect(stat(global)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a configuration that is not sound", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a storekit that is none", `{"storekit":[]}`],
    ["keys that are none", `{"storekit":{"keys":{}}}`],
    [
      "a key without an id",
      `{"storekit":{"keys":[{"name":"X","issuer_id":"i","private_key_path":"p"}]}}`,
    ],
    ["a default that is no name", `{"storekit":{"default_key_name":7}}`],
  ])("is told, not taken for an empty one: %s", async (_, content) => {
    await using io = await createFakeIo();
    const { store, local, global } = await createWorld(io);
    await writeConfig(local, []);
    await writeConfig(global, []);
    await writeFile(global, content);
    await expect(store.find("X")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(global) as unknown,
    });
    await expect(store.findDefault()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("is not quoted in the error, for it may hold anything", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io);
    await writeConfig(global, []);
    await writeFile(global, `{"storekit": "-----BEGIN PRIVATE KEY-----`);
    await expect(store.find("X")).rejects.toMatchObject({
      message: expect.not.stringContaining("BEGIN") as unknown,
    });
  });
});

describe("without a keychain", () => {
  test("credentials in files are found all the same, and it is said that it does not answer", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io, createMissingKeychain());
    await writeConfig(global, [{ name: "Only" }]);
    expect((await store.findDefault())?.name).toBe("Only");
    expect(await store.find("Other")).toBeUndefined();
    expect(store.places()).toContain("the keychain (which does not answer)");
    expect(await store.remove("Other")).toBe(false);
  });

  test("it is said that a default may be in it", async () => {
    await using io = await createFakeIo();
    const { store, global } = await createWorld(io, createMissingKeychain());
    await writeConfig(global, [], { defaultKeyName: "Kept" });
    await expect(store.findDefault()).rejects.toMatchObject({
      code: "DEFAULT_UNKNOWN",
      message: expect.stringContaining("the keychain does not answer") as unknown,
    });
  });

  test("a key for the keychain is refused, and nothing is stored", async () => {
    await using io = await createFakeIo();
    const { store } = await createWorld(io, createMissingKeychain());
    await expect(store.save(await newKey(io, "CI"), "keychain")).rejects.toMatchObject({
      code: "KEYCHAIN_UNAVAILABLE",
    });
    expect(await store.list()).toEqual([]);
  });
});

test("the keychain is not asked where a configuration has what is wanted", async () => {
  await using io = await createFakeIo();
  let asked = 0;
  const keychain = {
    ...createFakeKeychain(),
    read: async () => {
      asked += 1;
      return undefined;
    },
  };
  const { store, global } = await createWorld(io, keychain);
  await writeConfig(global, [{ name: "CI" }], { defaultKeyName: "CI" });
  await store.findDefault();
  expect(asked).toBe(0);
});
