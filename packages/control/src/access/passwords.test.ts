import { describe, expect, test } from "vitest";
import { CHEAP_PASSWORDS } from "../http/testing/test-control.ts";
import { createPasswords, PASSWORD_COST } from "./passwords.ts";

const passwords = createPasswords(CHEAP_PASSWORDS);

describe("createPasswords()", () => {
  test("hash() is Argon2id with a salt of its own and the stated cost", async () => {
    const hashes = [await passwords.hash("one"), await passwords.hash("one")];
    expect(new Set(hashes).size).toBe(2);
    expect(hashes[0]).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(await createPasswords().hash("one")).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(PASSWORD_COST.memoryCost).toBe(19 * 1024);
  });

  test.each([
    ["the password", "pass wörd", true],
    ["the same letters in other code points", "pass wo\u0308rd", true],
    ["other case", "Pass wörd", false],
    ["a space more", "pass wörd ", false],
    ["the beginning", "pass", false],
    ["nothing", "", false],
  ])("verify() given %s says so", async (_, given, isRight) => {
    expect(await passwords.verify(given, await passwords.hash("pass wörd"))).toBe(isRight);
  });

  test.each([null, undefined])("verify() says no where the hash is %s", async (kept) => {
    expect(await passwords.verify("", kept)).toBe(false);
  });

  test("isOutdated() tells hashes of another cost, dearer ones as well, and of another kind", async () => {
    const kept = await passwords.hash("one");
    expect(passwords.isOutdated(kept)).toBe(false);
    for (const [from, to] of [
      ["m=64", "m=128"],
      ["t=1", "t=2"],
      ["p=1", "p=2"],
      ["argon2id", "argon2i"],
    ] as const) {
      expect(passwords.isOutdated(kept.replace(from, to))).toBe(true);
    }
  });
});
