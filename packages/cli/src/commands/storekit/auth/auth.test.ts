import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { rm, stat, writeFile } from "node:fs/promises";
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../storekit/testing/local-apple.ts";
import {
  keyMaterialOf,
  readJsonFile,
  writeConfig,
  writeTestKey,
} from "../../../storekit/testing/stored-keys.ts";
import { createFakeIo } from "../../../testing/fake-io.ts";
import type { FakeIo } from "../../../testing/fake-io.ts";
import { createFakeKeychain, createMissingKeychain } from "../../../testing/fake-keychain.ts";
import { errorOf, run, runJson, writeFiles } from "../../../testing/run.ts";

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterAll(() => apple[Symbol.asyncDispose]());

const IDS = "--key-id 2X9R4HXF34 --issuer-id 57246542-96fe-1a63-e053-0824d011072a";
const LOGIN = `storekit auth login --name CI ${IDS} --private-key key.p8 --bundle-id com.example.app`;

const globalConfig = (io: FakeIo): string => join(io.cwd, ".holdfast", "config.json");

/** A world in which a key was stored that the local App Store knows. */
async function loggedIn(more = ""): Promise<FakeIo> {
  const { keyId, issuerId, privateKey, bundleId } = apple.emulator.credentials(SEED);
  const io = await createFakeIo({ env: apple.urls });
  await writeFile(join(io.cwd, "seed.p8"), privateKey, { mode: 0o600 });
  await run(
    io,
    `storekit auth login --name Seed --key-id ${keyId} --issuer-id ${issuerId} --private-key seed.p8 --bundle-id ${bundleId} ${more}`,
  );
  return io;
}

describe("storekit auth login", () => {
  test("stores the key in the keychain, and the name of the default in the configuration", async () => {
    const keychain = createFakeKeychain();
    await using io = await createFakeIo({ keychain });
    const { privateKey } = await writeTestKey(io);
    expect(await run(io, LOGIN)).toBe(0);
    expect(io.out()).toBe(`Successfully registered StoreKit API key "CI" for com.example.app\n`);
    expect([...keychain.secrets.keys()]).toEqual(["storekit-credential:CI"]);
    expect(keychain.secrets.get("storekit-credential:CI")).toContain(
      keyMaterialOf(privateKey)[0] ?? "none",
    );
    expect(await readJsonFile(globalConfig(io))).toEqual({ storekit: { default_key_name: "CI" } });
  });

  test("refuses ids that cannot be Apple's, all at once, unless it is not to look", async () => {
    await using io = await createFakeIo();
    await writeTestKey(io);
    const line = LOGIN.replace("57246542-96fe-1a63-e053-0824d011072a", "nope").replace(
      "com.example.app",
      "bad_id",
    );
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toMatch(/ISSUER_ID_INVALID[^]*--issuer-id[^]*--bundle-id/);
    expect(await run(io, `${line} --skip-validation`)).toBe(0);
  });

  test("stores the path alone with --bypass-keychain", async () => {
    const keychain = createFakeKeychain();
    await using io = await createFakeIo({ keychain });
    const { path } = await writeTestKey(io);
    expect(await run(io, `${LOGIN} --bypass-keychain`)).toBe(0);
    expect(keychain.secrets.size).toBe(0);
    expect(await readJsonFile(globalConfig(io))).toMatchObject({
      storekit: { default_key_name: "CI", keys: [{ name: "CI", private_key_path: path }] },
    });
  });

  test("stores the path where no keychain answers, and says so", async () => {
    await using io = await createFakeIo({ keychain: createMissingKeychain() });
    await writeTestKey(io);
    expect(await run(io, LOGIN)).toBe(0);
    expect(io.err()).toContain(`warning: no keychain answers here`);
    expect(io.err()).toContain(globalConfig(io));
  });

  test("stores in ./.holdfast with --local, when a variable bypasses the keychain", async () => {
    await using home = await createFakeIo();
    await using io = await createFakeIo({
      env: { HOME: home.cwd, ASC_STOREKIT_BYPASS_KEYCHAIN: "yes" },
    });
    await writeTestKey(io);
    expect(await run(io, `${LOGIN} --local`)).toBe(0);
    expect((await stat(join(io.cwd, ".holdfast", "config.json"))).mode & 0o777).toBe(0o600);
    await expect(stat(globalConfig(home))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.each(["name", "key-id", "issuer-id", "private-key", "bundle-id"])(
    "misses --%s",
    async (option) => {
      await using io = await createFakeIo();
      const line = LOGIN.replace(new RegExp(` --${option} \\S+`), "");
      expect(await run(io, line)).toBe(2);
      expect(io.err()).toContain(`--${option} is required`);
    },
  );

  test("misses the first of what is missing", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "storekit auth login --local --environment sandbox")).toBe(2);
    expect(io.err()).toContain("--name is required");
  });

  test.each([
    ["--environment sandbox", "--environment requires --network"],
    ["--network --skip-validation", "--network and --skip-validation are mutually exclusive"],
    ["--local", "--local requires --bypass-keychain or HOLDFAST_STOREKIT_BYPASS_KEYCHAIN"],
    ["--network", "--environment is required with --network"],
    ["--network --environment moon", "--environment: expected production or sandbox, got moon"],
  ])("refuses %s", async (more, message) => {
    await using io = await createFakeIo();
    await writeTestKey(io);
    expect(await run(io, `${LOGIN} ${more}`)).toBe(2);
    expect(io.err()).toContain(message);
    expect(await io.keychain.names()).toEqual([]);
  });

  test.each([
    ["no key", async () => "hello"],
    [
      "a key of another curve",
      async () =>
        generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({
          type: "pkcs8",
          format: "pem",
        }),
    ],
  ])("refuses a file that holds %s, unless validation is skipped", async (_, content) => {
    await using io = await createFakeIo();
    await writeFiles(io, { "key.p8": await content() });
    expect(await run(io, LOGIN)).toBe(1);
    expect(io.err()).toContain(`PRIVATE_KEY_INVALID: private key ${join(io.cwd, "key.p8")}`);
    expect(await io.keychain.names()).toEqual([]);
    expect(await run(io, `${LOGIN} --skip-validation`)).toBe(0);
  });

  test("names a file that is not there", async () => {
    await using io = await createFakeIo();
    expect(await run(io, LOGIN)).toBe(1);
    expect(io.err()).toContain("PRIVATE_KEY_UNREADABLE: private key key.p8: no such file");
  });

  test("asks Apple with --network, and stores only what Apple accepts", async () => {
    await using good = await loggedIn("--network --environment sandbox");
    expect(good.err()).toBe("");
    await using io = await createFakeIo({ env: apple.urls });
    await writeTestKey(io);
    expect(await run(io, `${LOGIN} --network --environment sandbox`)).toBe(1);
    expect(io.err()).toContain("APPLE_UNAUTHORIZED");
    expect(io.err()).toContain("In-App Purchase key");
    expect(await io.keychain.names()).toEqual([]);
  });

  test("answers with JSON that has no key in it", async () => {
    await using io = await createFakeIo();
    await writeTestKey(io);
    expect((await runJson(io, LOGIN)).json).toEqual({
      name: "CI",
      key_id: "2X9R4HXF34",
      issuer_id: "57246542-96fe-1a63-e053-0824d011072a",
      bundle_id: "com.example.app",
      stored: "keychain",
      replaced: false,
    });
  });
});

describe("storekit auth status", () => {
  test("shows what is stored, what is in the environment, and what is used", async () => {
    await using io = await loggedIn();
    await writeConfig(join(io.cwd, ".asc", "config.json"), [{ name: "Theirs" }]);
    const before = io.out().length;
    expect(await run(io, "storekit auth status")).toBe(0);
    expect(JSON.parse(io.out().slice(before))).toEqual({
      active_source: "keychain",
      active_name: "Seed",
      active_error: null,
      environment: null,
      credentials: [
        {
          name: "Seed",
          key_id: "MXT7J9D2",
          issuer_id: "57246542-96fe-1a63-e053-0824d011072a",
          bundle_id: "com.example.app",
          default: true,
          source: "keychain",
        },
        {
          name: "Theirs",
          key_id: "ID_Theirs",
          issuer_id: "57246542-96fe-1a63-e053-0824d011072a",
          bundle_id: "com.example.app",
          default: false,
          source: "asc",
        },
      ],
      hidden: [],
    });
  });

  test("shows a table", async () => {
    await using io = await loggedIn();
    const before = io.out().length;
    expect(await run(io, "storekit auth status --output table")).toBe(0);
    expect(io.out().slice(before).split("\n").slice(0, 2)).toEqual([
      "Name  Key ID    Issuer ID                             Bundle ID        Default  Source",
      "Seed  MXT7J9D2  57246542-96fe-1a63-e053-0824d011072a  com.example.app  yes      keychain",
    ]);
    expect(io.out()).toContain("in use: Seed (keychain)");
  });

  test("says why nothing can be used", async () => {
    await using io = await createFakeIo({ env: { ASC_STOREKIT_KEY_ID: "ALONE" } });
    const { code, json } = await runJson(io, "storekit auth status");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      active_source: null,
      active_error: expect.stringContaining("incomplete") as unknown,
      credentials: [],
    });
  });

  test("validates the environment's credentials with Apple", async () => {
    await using io = await apple.io({ env: { ASC_STOREKIT_ENVIRONMENT: "Sandbox" } });
    const { code, json } = await runJson(io, "storekit auth status --validate");
    expect({ code, err: io.err() }).toEqual({ code: 0, err: "" });
    expect(json).toMatchObject({
      active_source: "environment",
      environment: "sandbox",
      credentials: [{ name: "environment", bundle_id: "com.example.app", valid: true }],
    });
  });

  test("fails when one cannot be used, and says which and why", async () => {
    await using io = await loggedIn();
    await writeTestKey(io);
    await run(io, LOGIN);
    await writeConfig(join(io.cwd, ".asc", "config.json"), [{ name: "Theirs" }]);
    const line = "storekit auth status --validate --environment sandbox";
    const { code, json } = await runJson(io, line);
    expect(code).toBe(1);
    expect(json["credentials"]).toMatchObject([
      { name: "Seed", valid: true },
      { name: "CI", valid: false },
      { name: "Theirs", valid: false },
    ]);
    const { message } = errorOf(io);
    expect(message).toMatch(/^validation failed for 2 credentials\nCI: .*401/);
    expect(message).toMatch(/Theirs: private key \/none\/key.p8: no such file/);
  });

  test("refuses an environment without --validate", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "storekit auth status --environment sandbox")).toBe(2);
    expect(io.err()).toContain("--environment requires --validate");
  });

  test("tells of a configuration that is not sound", async () => {
    await using io = await createFakeIo();
    await writeFiles(io, { ".holdfast/config.json": "{" });
    expect(await run(io, "storekit auth status")).toBe(1);
    expect(io.err()).toContain("CONFIG_INVALID");
  });
});

describe("storekit auth switch", () => {
  test("makes a credential the default", async () => {
    await using io = await loggedIn();
    await writeTestKey(io);
    await run(io, LOGIN);
    expect(await run(io, "storekit auth switch --name Seed")).toBe(0);
    expect(io.out()).toContain(`Default StoreKit credentials: "Seed"`);
    expect((await runJson(io, "storekit auth status")).json["active_name"]).toBe("Seed");
  });

  test("refuses a name that nothing is stored under", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "storekit auth switch --name Nobody")).toBe(1);
    expect(io.err()).toContain("PROFILE_UNKNOWN");
    expect(await run(io, "storekit auth switch")).toBe(2);
  });
});

describe("storekit auth logout", () => {
  test("forgets one", async () => {
    await using io = await loggedIn();
    expect(await run(io, "storekit auth logout --name Seed --confirm")).toBe(0);
    expect(await io.keychain.names()).toEqual([]);
    expect(await run(io, "storekit auth logout --name Seed --confirm")).toBe(1);
  });

  test("forgets all", async () => {
    await using io = await loggedIn();
    await writeTestKey(io);
    await run(io, `${LOGIN} --bypass-keychain`);
    expect((await runJson(io, "storekit auth status")).json["credentials"]).toHaveLength(2);
    const { json } = await runJson(io, "storekit auth logout --all --confirm");
    expect(json).toEqual({ removed: 2 });
    expect((await runJson(io, "storekit auth status")).json["credentials"]).toEqual([]);
  });

  test.each([
    ["", "--confirm is required"],
    ["--name CI --all", "--confirm is required"],
    ["--confirm", "exactly one of --name or --all is required"],
    ["--confirm --name CI --all", "exactly one of --name or --all is required"],
  ])("refuses %j", async (more, message) => {
    await using io = await createFakeIo();
    expect(await run(io, `storekit auth logout ${more}`)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("leaves what is asc's, and says so", async () => {
    await using io = await createFakeIo();
    const asc = join(io.cwd, ".asc", "config.json");
    await writeConfig(asc, [{ name: "Theirs" }]);
    await writeConfig(globalConfig(io), [{ name: "Theirs" }]);
    expect(await run(io, "storekit auth logout --name Theirs --confirm")).toBe(0);
    expect(io.err()).toContain(`warning: ${asc}`);
    expect(await run(io, "storekit auth logout --name Theirs --confirm")).toBe(1);
    expect(io.err()).toContain("PROFILE_OF_ASC");
    expect(await readJsonFile(asc)).toMatchObject({ storekit: { keys: [{ name: "Theirs" }] } });
  });
});

describe("storekit auth doctor", () => {
  test("names the variable that set the base URL when nobody answers there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    // A listening TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const env = { HOLDFAST_STOREKIT_SANDBOX_URL: `http://127.0.0.1:${port}` };
    await using io = await apple.io({ env });
    expect(await run(io, "storekit auth doctor --environment sandbox --network")).toBe(1);
    expect(io.err()).toMatch(/APPLE_UNREACHABLE[^]*HOLDFAST_STOREKIT_SANDBOX_URL; unset it/);
  });

  test("says that the credentials are valid, and how it knows", async () => {
    await using io = await loggedIn();
    expect(await run(io, "storekit auth doctor --environment sandbox")).toBe(0);
    expect(await run(io, "storekit auth doctor --environment SANDBOX --network")).toBe(0);
    expect(io.out()).toContain(
      "StoreKit credentials are valid for sandbox (checked on this machine only)\n" +
        `StoreKit credentials are valid for sandbox (network verified) (at ${apple.emulator.url}/sandbox)\n`,
    );
  });

  test("answers with JSON when asked", async () => {
    await using io = await loggedIn();
    const line = "storekit auth doctor --environment sandbox --network";
    const before = io.out().length;
    expect(await run(io, `${line} --output json`)).toBe(0);
    expect(JSON.parse(io.out().slice(before))).toEqual({
      valid: true,
      environment: "sandbox",
      network: true,
      base_url: `${apple.emulator.url}/sandbox`,
      name: "Seed",
      source: "keychain",
      key_id: "MXT7J9D2",
      bundle_id: "com.example.app",
    });
  });

  test("says where it looked when there are no credentials", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "storekit auth doctor --environment sandbox --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "CREDENTIALS_MISSING" });
  });

  test("says what Apple refuses", async () => {
    await using io = await apple.io({ env: { HOLDFAST_STOREKIT_KEY_ID: "UNKNOWN" } });
    expect(await run(io, "storekit auth doctor --environment sandbox --network")).toBe(1);
    expect(io.err()).toMatch(/APPLE_UNAUTHORIZED.*401[^]*hint Check that the key/);
    expect(io.err()).toMatch(
      /Used: the key in the environment, key id UNKNOWN, issuer id .*HOLDFAST_STOREKIT_SANDBOX_URL\./,
    );
  });

  test("misses the app where none is stored and none is named", async () => {
    await using io = await apple.io({ env: { HOLDFAST_STOREKIT_BUNDLE_ID: "" } });
    expect(await run(io, "storekit auth doctor --environment sandbox")).toBe(2);
    expect(io.err()).toContain("--bundle-id is required");
  });

  test("names the key's file when it is gone", async () => {
    await using io = await loggedIn("--bypass-keychain");
    await rm(join(io.cwd, "seed.p8"));
    expect(await run(io, "storekit auth doctor --environment sandbox")).toBe(1);
    expect(io.err()).toContain("PRIVATE_KEY_UNREADABLE");
    await writeFile(join(io.cwd, "seed.p8"), "no key");
    expect(await run(io, "storekit auth doctor --environment sandbox")).toBe(1);
    expect(io.err()).toContain(
      `PRIVATE_KEY_INVALID: private key ${join(io.cwd, "seed.p8")} of the profile Seed: expected a P-256 key in PKCS#8`,
    );
    expect(io.err()).toContain("holdfast storekit auth login --name Seed");
  });
});
