import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { readLogins } from "./logins-file.ts";
import { forgetLogin, storeLogin } from "./stored-logins.ts";

const SERVER = "https://holdfast.example.com";
const OTHER = "http://127.0.0.1:8787";

describe("storeLogin()", () => {
  test("keeps one login for each server; the last one's is the default", async () => {
    await using io = await createFakeIo();
    await storeLogin(SERVER, { token: "one" }, io);
    await storeLogin(OTHER, { token: "two", expiresAt: 5 }, io);
    await storeLogin(SERVER, { token: "three" }, io);
    const { defaultServer, byServer } = await readLogins(io);
    expect(defaultServer).toBe(SERVER);
    expect([...byServer]).toEqual([
      [SERVER, { token: "three" }],
      [OTHER, { token: "two", expiresAt: 5 }],
    ]);
  });

  test("writes a file that nobody else may read, in a directory likewise", async () => {
    await using io = await createFakeIo();
    const path = await storeLogin(SERVER, { token: "one" }, io);
    expect(path).toBe(join(io.cwd, ".holdfast", "logins.json"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(io.cwd, ".holdfast"))).mode & 0o777).toBe(0o700);
  });

  test("stays beside the file HOLDFAST_CONFIG_PATH names", async () => {
    await using io = await createFakeIo();
    const moved = {
      ...io,
      env: { HOLDFAST_CONFIG_PATH: join(io.cwd, "elsewhere", "config.json") },
    };
    expect(await storeLogin(SERVER, { token: "one" }, moved)).toBe(
      join(io.cwd, "elsewhere", "logins.json"),
    );
  });

  test("does not write through a planted link", async () => {
    await using io = await createFakeIo();
    await mkdir(join(io.cwd, ".holdfast"), { mode: 0o700 });
    await symlink(join(io.cwd, "planted"), join(io.cwd, ".holdfast", "logins.json"));
    await expect(storeLogin(SERVER, { token: "one" }, io)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
    await expect(readFile(join(io.cwd, "planted"))).rejects.toThrow("ENOENT");
  });
});

describe("forgetLogin()", () => {
  test("makes another server the default, and none where none is left", async () => {
    await using io = await createFakeIo();
    await storeLogin(SERVER, { token: "one" }, io);
    await storeLogin(OTHER, { token: "two" }, io);
    await forgetLogin(OTHER, io);
    expect((await readLogins(io)).defaultServer).toBe(SERVER);
    await forgetLogin(SERVER, io);
    expect(await readLogins(io)).toEqual({ defaultServer: undefined, byServer: new Map() });
  });
});

async function worldWith(text: string, { mode = 0o600, directoryMode = 0o700 } = {}) {
  const io = await createFakeIo();
  const directory = join(io.cwd, ".holdfast");
  await mkdir(directory);
  await writeFile(join(directory, "logins.json"), text);
  await chmod(join(directory, "logins.json"), mode);
  await chmod(directory, directoryMode);
  return io;
}

describe("readLogins()", () => {
  const SOUND = JSON.stringify({ logins: { [SERVER]: { token: "secret-token" } } });

  test("never takes a project's file, which may name a server of its author's", async () => {
    await using io = await worldWith(SOUND);
    const project = { ...io, env: { HOME: join(io.cwd, "home") } };
    expect((await readLogins(project)).byServer.size).toBe(0);
  });

  test.each([
    ["a file that others may write", { mode: 0o622 }],
    ["a directory that others may write", { directoryMode: 0o777 }],
  ])("refuses %s", async (_, modes) => {
    await using io = await worldWith(SOUND, modes);
    await expect(readLogins(io)).rejects.toMatchObject({ code: "LOGINS_INVALID" });
  });

  test("warns of a file that others may read", async () => {
    await using io = await worldWith(SOUND, { mode: 0o644 });
    expect((await readLogins(io)).byServer.size).toBe(1);
    expect(io.err()).toContain("chmod 600");
  });

  test.each([
    ["no JSON", "secret-token {"],
    ["no object", '"secret-token"'],
    ["logins of another shape", '{"logins":["secret-token"]}'],
    ["a login without a token", '{"logins":{"x":{"secret-token":1}}}'],
    ["a token that is no text", '{"logins":{"x":{"token":{"secret-token":1}}}}'],
    ["a default that is no text", '{"defaultServer":{"secret-token":1}}'],
  ])("refuses %s and never quotes the file", async (_, text) => {
    await using io = await worldWith(text);
    const error: unknown = await readLogins(io).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "LOGINS_INVALID" });
    expect(String(error)).not.toContain("secret-token");
  });
});
