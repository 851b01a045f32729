import { describe, expect, test } from "vitest";
import type { Keychain } from "./keychain.ts";
import { createSystemKeychain } from "./system-keychain.ts";
import { createFakeKeychain, createMissingKeychain } from "./testing/fake-keychain.ts";

/** The library over a map, for the real one asks this machine's keychain. */
function createLibrary() {
  const stored = new Map<string, string>();
  const made: unknown[][] = [];
  class AsyncEntry {
    readonly #name: string;

    constructor(service: string, name: string, options: object) {
      made.push([service, name, options]);
      this.#name = name;
    }
    async setPassword(password: string): Promise<void> {
      stored.set(this.#name, password);
    }
    async getPassword(): Promise<string | null> {
      return stored.get(this.#name) ?? null;
    }
    async deleteCredential(): Promise<boolean> {
      return stored.delete(this.#name);
    }
  }
  const findCredentialsAsync = async () =>
    [...stored].map(([account, password]) => ({ account, password }));
  return { made, load: async () => ({ AsyncEntry, findCredentialsAsync }) };
}

describe.each<[string, () => Keychain]>([
  ["createSystemKeychain()", () => createSystemKeychain(createLibrary().load)],
  ["createFakeKeychain()", createFakeKeychain],
])("%s", (_, create) => {
  test("keeps, changes, lists and removes secrets", async () => {
    const keychain = create();
    expect([await keychain.names(), await keychain.read("a")]).toEqual([[], undefined]);
    await keychain.write("a", "1");
    await keychain.write("b", "2");
    await keychain.write("a", "3");
    expect(await keychain.names()).toEqual(["a", "b"]);
    expect(await keychain.read("a")).toBe("3");
    expect([await keychain.remove("a"), await keychain.remove("a")]).toEqual([true, false]);
    expect(await keychain.names()).toEqual(["b"]);
  });
});

test("createSystemKeychain() asks for a store that outlives a login", async () => {
  const { made, load } = createLibrary();
  await createSystemKeychain(load).read("a");
  expect(made).toEqual([["holdfast", "a", { linux: { store: "secret-service" } }]]);
});

describe.each<[string, () => Keychain]>([
  [
    "createSystemKeychain() without its library",
    () => createSystemKeychain(() => Promise.reject(new Error("no binary for this platform"))),
  ],
  ["createMissingKeychain()", createMissingKeychain],
])("%s", (_, create) => {
  test.each<[string, (keychain: Keychain) => Promise<unknown>]>([
    ["names", (keychain) => keychain.names()],
    ["read", (keychain) => keychain.read("a")],
    ["write", (keychain) => keychain.write("a", "1")],
    ["remove", (keychain) => keychain.remove("a")],
  ])("says that there is no keychain: %s", async (_name, act) => {
    await expect(act(create())).rejects.toMatchObject({ code: "KEYCHAIN_UNAVAILABLE" });
  });
});
