import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { writeConfig, writeTestKey } from "../testing/stored-keys.ts";
import { resolveCredentials } from "./resolve-credentials.ts";

const FROM_FILE = "-----BEGIN PRIVATE KEY-----\nfrom a variable\n-----END PRIVATE KEY-----";
const PATH = "/none/key.p8";

/** A command line that names a profile, or none. */
const options = (profile?: string) => ({
  text: (name: string) => (name === "storekit-profile" ? profile : undefined),
});

function resolve(io: FakeIo, env: Readonly<Record<string, string>>, profile?: string) {
  return resolveCredentials(options(profile), { ...io, env: { ...io.env, ...env } });
}

async function withStored(io: FakeIo, defaultKeyName?: string): Promise<void> {
  const path = join(io.cwd, ".holdfast", "config.json");
  await writeConfig(
    path,
    [{ name: "Stored" }, { name: "Other" }],
    defaultKeyName === undefined ? {} : { defaultKeyName },
  );
}

describe.each(["HOLDFAST_STOREKIT_", "ASC_STOREKIT_"])("resolveCredentials() with %s", (prefix) => {
  const complete = {
    [`${prefix}KEY_ID`]: "ENVKEY",
    [`${prefix}ISSUER_ID`]: "issuer",
    [`${prefix}PRIVATE_KEY`]: FROM_FILE,
  };

  test("takes the environment's key before the stored default", async () => {
    await using io = await createFakeIo();
    await withStored(io, "Stored");
    const found = await resolve(io, complete);
    expect(found).toMatchObject({ keyId: "ENVKEY", issuerId: "issuer", source: "environment" });
    expect(await found.readPrivateKey()).toBe(FROM_FILE);
  });

  test("takes the named profile, whatever of a key is in the environment", async () => {
    await using io = await createFakeIo();
    await withStored(io, "Stored");
    const found = await resolve(io, { [`${prefix}KEY_ID`]: "ALONE" }, " Other ");
    expect(found).toMatchObject({ name: "Other", source: "config" });
  });

  test("refuses a profile beside a key in the environment when it is strict", async () => {
    await using io = await createFakeIo();
    await withStored(io, "Stored");
    const env = { [`${prefix}KEY_ID`]: "ALONE", [`${prefix}STRICT_AUTH`]: "on" };
    await expect(resolve(io, env, "Other")).rejects.toMatchObject({ code: "CREDENTIALS_MIXED" });
    const lax = { ...env, [`${prefix}STRICT_AUTH`]: "0" };
    expect(await resolve(io, lax, "Other")).toMatchObject({ name: "Other" });
  });

  test.each([
    ["KEY_ID", { [`${prefix}ISSUER_ID`]: "issuer", [`${prefix}PRIVATE_KEY`]: FROM_FILE }],
    ["ISSUER_ID", { [`${prefix}KEY_ID`]: "K", [`${prefix}PRIVATE_KEY_PATH`]: PATH }],
    ["PRIVATE_KEY_PATH", { [`${prefix}KEY_ID`]: "K", [`${prefix}ISSUER_ID`]: "issuer" }],
  ])("refuses half a key without a profile, and says what is missing: %s", async (name, env) => {
    await using io = await createFakeIo();
    await withStored(io, "Stored");
    await expect(resolve(io, env)).rejects.toMatchObject({
      code: "CREDENTIALS_INCOMPLETE",
      message: expect.stringContaining(`${prefix}${name}`) as unknown,
    });
  });

  test("takes the key before its Base64, and that before its file", async () => {
    await using io = await createFakeIo();
    const { path, privateKey } = await writeTestKey(io);
    const inBase64 = "the key in Base64";
    const others = {
      [`${prefix}PRIVATE_KEY_B64`]: Buffer.from(inBase64).toString("base64"),
      [`${prefix}PRIVATE_KEY_PATH`]: path,
    };
    const { [`${prefix}PRIVATE_KEY`]: _pem, ...ids } = complete;
    const keyOf = async (env: Readonly<Record<string, string>>) =>
      (await resolve(io, env)).readPrivateKey();
    expect(await keyOf({ ...complete, ...others })).toBe(FROM_FILE);
    expect(await keyOf({ ...ids, ...others })).toBe(inBase64);
    expect(await keyOf({ ...ids, [`${prefix}PRIVATE_KEY_PATH`]: path })).toBe(privateKey);
  });

  test.each(["!!!!", "abcde", "QUJD=QUJD", "QUJ-"])(
    "refuses Base64 that is none, as misuse, without quoting it: %s",
    async (bad) => {
      await using io = await createFakeIo();
      const { [`${prefix}PRIVATE_KEY`]: _pem, ...ids } = complete;
      const env = { ...ids, [`${prefix}PRIVATE_KEY_B64`]: bad };
      await expect(resolve(io, env)).rejects.toMatchObject({
        name: "UsageError",
        code: "PRIVATE_KEY_INVALID",
        message: expect.not.stringContaining(bad) as unknown,
      });
    },
  );
});

describe("resolveCredentials()", () => {
  test("takes Base64 with line breaks, and keys with written line ends", async () => {
    await using io = await createFakeIo();
    const ids = { ASC_STOREKIT_KEY_ID: "K", ASC_STOREKIT_ISSUER_ID: "i" };
    const base64 = Buffer.from(FROM_FILE).toString("base64");
    const wrapped = `${base64.slice(0, 20)}\n${base64.slice(20)}\n`;
    const fromBase64 = await resolve(io, { ...ids, ASC_STOREKIT_PRIVATE_KEY_B64: wrapped });
    expect(await fromBase64.readPrivateKey()).toBe(FROM_FILE);
    const written = FROM_FILE.replaceAll("\n", String.raw`\n`);
    const fromText = await resolve(io, { ...ids, ASC_STOREKIT_PRIVATE_KEY: written });
    expect(await fromText.readPrivateKey()).toBe(FROM_FILE);
  });

  test("does not mix our variables with those of asc", async () => {
    await using io = await createFakeIo();
    const asc = {
      ASC_STOREKIT_KEY_ID: "THEIRS",
      ASC_STOREKIT_ISSUER_ID: "theirs",
      ASC_STOREKIT_PRIVATE_KEY: FROM_FILE,
    };
    expect(await resolve(io, asc)).toMatchObject({ keyId: "THEIRS" });
    await expect(resolve(io, { ...asc, HOLDFAST_STOREKIT_KEY_ID: "OURS" })).rejects.toMatchObject({
      code: "CREDENTIALS_INCOMPLETE",
    });
  });

  test("says what it looked for, where, and how to store a key, where there is none", async () => {
    await using io = await createFakeIo();
    const nothing = await resolve(io, {}).catch((error: unknown) => error);
    expect(nothing).toMatchObject({ code: "CREDENTIALS_MISSING" });
    const message = String(nothing);
    expect(message).toContain("HOLDFAST_STOREKIT_KEY_ID");
    expect(message).toContain(join(io.cwd, ".holdfast", "config.json"));
    expect(message).toContain("the keychain");
    expect(message).toContain(join(io.cwd, ".asc", "config.json"));
    expect(message).toContain("holdfast storekit auth login");
  });

  test("says which profiles there are not", async () => {
    await using io = await createFakeIo();
    await expect(resolve(io, {}, "Nobody")).rejects.toMatchObject({
      code: "PROFILE_UNKNOWN",
      message: expect.stringContaining("Nobody") as unknown,
    });
  });

  test("finds the nearest configuration above the working directory", async () => {
    await using io = await createFakeIo();
    const project = join(io.cwd, "project");
    await writeConfig(join(project, ".holdfast", "config.json"), [{ name: "Project" }]);
    await mkdir(join(project, "deep", "down"), { recursive: true });
    const world = { ...io, cwd: join(project, "deep", "down") };
    expect(await resolveCredentials(options(), world)).toMatchObject({ name: "Project" });
  });

  test("takes the configuration a variable names, which must be absolute", async () => {
    await using io = await createFakeIo();
    const named = join(io.cwd, "elsewhere", "config.json");
    await writeConfig(named, [{ name: "Named" }]);
    await withStored(io, "Stored");
    expect(await resolve(io, { HOLDFAST_CONFIG_PATH: named })).toMatchObject({ name: "Named" });
    await expect(resolve(io, { HOLDFAST_CONFIG_PATH: "config.json" })).rejects.toMatchObject({
      code: "CONFIG_PATH_INVALID",
    });
  });

  test("takes the configuration of asc that its variable names", async () => {
    await using io = await createFakeIo();
    const named = join(io.cwd, "theirs", "config.json");
    await writeConfig(named, [{ name: "Theirs" }]);
    expect(await resolve(io, { ASC_CONFIG_PATH: named })).toMatchObject({
      name: "Theirs",
      source: "asc",
    });
  });

  test("names the file of a key that cannot be read", async () => {
    await using io = await createFakeIo();
    await withStored(io, "Stored");
    await expect((await resolve(io, {})).readPrivateKey()).rejects.toMatchObject({
      code: "PRIVATE_KEY_UNREADABLE",
      message: expect.stringContaining(PATH) as unknown,
    });
  });
});
