import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { createFakeKeychain } from "../../testing/fake-keychain.ts";
import { run, runJson } from "../../testing/run.ts";
import { readJsonFile, writeConfig, writeTestKey } from "../testing/stored-keys.ts";
import { createCredentialStore } from "./credential-store.ts";
import { resolveCredentials } from "./resolve-credentials.ts";

const NO_PROFILE = { text: () => undefined };
const LOGIN =
  "storekit auth login --name CI --key-id K1 --issuer-id 57246542-96fe-1a63-e053-0824d011072a --private-key key.p8 --bundle-id com.example.app";

/** A working directory that is not the home directory: a cloned repository. */
async function cloned(io: FakeIo): Promise<{
  readonly world: FakeIo;
  readonly home: string;
  readonly project: string;
}> {
  const cwd = join(io.cwd, "clone");
  await mkdir(cwd);
  return {
    world: { ...io, cwd },
    home: join(io.cwd, ".holdfast", "config.json"),
    project: join(cwd, ".holdfast", "config.json"),
  };
}

describe("a configuration above the working directory", () => {
  test.each([
    ["it can be written by the group", (path: string) => chmod(path, 0o660)],
    ["it can be written by others", (path: string) => chmod(path, 0o602)],
    ["its directory can be written by others", (path: string) => chmod(dirname(path), 0o777)],
    ["it is a symbolic link", (path: string) => replaceByLink(path)],
    ["its directory is a symbolic link", (path: string) => replaceByLink(dirname(path))],
  ])("does not count where %s, and that is said", async (_, spoil) => {
    await using io = await createFakeIo();
    const { world, home, project } = await cloned(io);
    await writeConfig(home, [{ name: "Mine" }]);
    await writeConfig(project, [{ name: "Planted" }]);
    expect(await resolveCredentials(NO_PROFILE, world)).toMatchObject({ name: "Planted" });
    await spoil(project);
    expect(await resolveCredentials(NO_PROFILE, world)).toMatchObject({ name: "Mine" });
    expect(io.err()).toContain(`warning: ${project} does not count: `);
  });

  // Only root can give a file away.
  test.runIf(process.getuid?.() === 0)("does not count where it is another user's", async () => {
    await using io = await createFakeIo();
    const { world, project } = await cloned(io);
    await writeConfig(project, [{ name: "Planted" }]);
    await chown(project, 12_345, 12_345);
    await expect(resolveCredentials(NO_PROFILE, world)).rejects.toMatchObject({
      code: "CREDENTIALS_MISSING",
    });
    expect(io.err()).toContain("belongs to another user");
  });

  test("of asc does not count where others can write it", async () => {
    await using io = await createFakeIo();
    const { world } = await cloned(io);
    const planted = join(world.cwd, ".asc", "config.json");
    await writeConfig(planted, [{ name: "Planted" }]);
    await chmod(planted, 0o666);
    await expect(resolveCredentials(NO_PROFILE, world)).rejects.toMatchObject({
      code: "CREDENTIALS_MISSING",
    });
    expect(io.err()).toContain(`warning: ${planted} does not count`);
  });

  test.each([true, false])(
    "is named when its credentials are used, on a terminal alone: %j",
    async (isErrTty) => {
      await using io = await createFakeIo({ isErrTty });
      const { world, project } = await cloned(io);
      await writeConfig(project, [{ name: "Planted" }]);
      await resolveCredentials(NO_PROFILE, world);
      const said = `using the credentials Planted of this project's ${project}\n`;
      expect(io.err()).toBe(isErrTty ? said : "");
    },
  );

  test("is not named where the home directory's are used", async () => {
    await using io = await createFakeIo({ isErrTty: true });
    const { world, home } = await cloned(io);
    await writeConfig(home, [{ name: "Mine" }]);
    await resolveCredentials(NO_PROFILE, world);
    expect(io.err()).toBe("");
  });
});

describe("storekit auth login in a cloned repository", () => {
  test.each(["", "--bypass-keychain"])("writes nothing into its configuration %s", async (more) => {
    await using io = await createFakeIo();
    const { world, home, project } = await cloned(io);
    await writeTestKey(world);
    await writeConfig(project, [{ name: "CI", keyId: "PLANTED" }]);
    const before = await readFile(project, "utf8");
    expect(await run(world, `${LOGIN} ${more}`)).toBe(0);
    expect(await readFile(project, "utf8")).toBe(before);
    expect(await readJsonFile(home)).toMatchObject({ storekit: { default_key_name: "CI" } });
    expect(io.err()).toContain(`warning: in this directory ${project} counts before`);
  });

  test("says nothing of a configuration that hides nothing", async () => {
    await using io = await createFakeIo();
    const { world, project } = await cloned(io);
    await writeTestKey(world);
    await writeConfig(project, []);
    expect(await run(world, LOGIN)).toBe(0);
    expect(io.err()).toBe("");
    expect(await resolveCredentials(NO_PROFILE, world)).toMatchObject({ name: "CI" });
  });

  test("with --local follows no link in the place of .holdfast", async () => {
    await using io = await createFakeIo();
    const { world } = await cloned(io);
    await writeTestKey(world);
    await mkdir(join(io.cwd, "elsewhere"));
    await symlink(join(io.cwd, "elsewhere"), join(world.cwd, ".holdfast"));
    expect(await run(world, `${LOGIN} --bypass-keychain --local`)).toBe(2);
    expect(io.err()).toContain("is a symbolic link");
  });

  test("says that it replaced credentials of the same name", async () => {
    await using io = await createFakeIo();
    await writeTestKey(io);
    expect((await runJson(io, LOGIN)).json).toMatchObject({ replaced: false });
    expect(io.err()).toBe("");
    expect(await run(io, LOGIN)).toBe(0);
    expect(io.err()).toBe(
      "warning: credentials named CI were stored before; these replaced them\n",
    );
    await run(io, `${LOGIN} --bypass-keychain`);
    const again = await runJson(io, `${LOGIN} --bypass-keychain`);
    expect(again.json).toMatchObject({ replaced: true });
  });
});

test.runIf(process.platform === "linux")(
  "storekit auth login tells how to go on where the home directory cannot be written",
  async () => {
    await using io = await createFakeIo({ env: { HOME: "/proc/nope" } });
    await writeTestKey(io);
    expect(await run(io, `${LOGIN} --bypass-keychain`)).toBe(2);
    expect(io.err()).toMatch(/FILE_UNWRITABLE: \/proc\/nope\/.*HOLDFAST_CONFIG_PATH/);
  },
);

describe.each(["HOLDFAST_STOREKIT_BYPASS_KEYCHAIN", "ASC_STOREKIT_BYPASS_KEYCHAIN"])(
  "%s",
  (variable) => {
    test("keeps every look and every removal away from the keychain", async () => {
      const keychain = createFakeKeychain();
      await using io = await createFakeIo({ keychain });
      await writeTestKey(io);
      await run(io, LOGIN);
      const store = createCredentialStore({ ...io, env: { ...io.env, [variable]: "1" } });
      expect(await store.find("CI")).toBeUndefined();
      expect(await store.list()).toEqual([]);
      expect(await store.remove("CI")).toBe(false);
      expect(await store.removeAll()).toBe(0);
      expect(store.places()).toContain("the keychain (which is bypassed, as the environment says)");
      expect(keychain.secrets.size).toBe(1);
    });

    test("that is neither yes nor no is refused", async () => {
      await using io = await createFakeIo({ env: { [variable]: "maybe" } });
      expect(await run(io, "storekit auth status")).toBe(2);
      expect(io.err()).toContain(`${variable}: expected`);
    });
  },
);

describe("what is stored in several places", () => {
  test("is all counted when all of it is removed", async () => {
    await using io = await createFakeIo();
    const { world, home, project } = await cloned(io);
    await writeConfig(home, [{ name: "One" }, { name: "Two" }]);
    await writeConfig(project, [{ name: "Three" }]);
    const { json } = await runJson(world, "storekit auth logout --all --confirm");
    expect(json).toEqual({ removed: 3 });
  });

  test("is named where it is not used, with what counts before it", async () => {
    await using io = await createFakeIo();
    const { world, home, project } = await cloned(io);
    await writeTestKey(world);
    await run(world, LOGIN);
    await writeConfig(home, [{ name: "One" }, { name: "Two" }]);
    await writeConfig(project, [{ name: "CI" }]);
    await writeConfig(join(io.cwd, ".asc", "config.json"), [{ name: "CI" }]);
    const { json } = await runJson(world, "storekit auth status");
    expect(json["hidden"]).toEqual([
      { place: home, names: ["One", "Two"], hidden_by: project },
      { place: "the keychain", names: ["CI"], hidden_by: project },
      { place: join(io.cwd, ".asc", "config.json"), names: ["CI"], hidden_by: project },
    ]);
    await run(world, "storekit auth status --output table");
    expect(io.out()).toContain(`not used: One, Two in ${home}, because of ${project}\n`);
  });

  test("is removed whatever is wrong with asc's file", async () => {
    await using io = await createFakeIo();
    const { home } = await cloned(io);
    await writeConfig(join(io.cwd, ".asc", "config.json"), []);
    await writeFile(join(io.cwd, ".asc", "config.json"), "{");
    await writeConfig(home, [{ name: "One" }, { name: "Two" }]);
    expect(await run(io, "storekit auth logout --name One --confirm")).toBe(0);
    expect((await runJson(io, "storekit auth logout --all --confirm")).json).toEqual({
      removed: 1,
    });
  });
});

describe("a private key's file", () => {
  test.each(["key", "configuration"])(
    "that is a pipe is refused at once, as a configuration is: %s",
    async (what) => {
      await using io = await createFakeIo();
      const { world, project } = await cloned(io);
      const pipe = join(io.cwd, "pipe");
      execFileSync("mkfifo", ["-m", "600", pipe]);
      await writeConfig(project, [{ name: "Planted", path: pipe }]);
      if (what === "configuration") await rename(pipe, project);
      expect(await run(world, "storekit auth doctor --environment sandbox")).toBe(1);
      expect(io.err()).toContain("expected a regular file, got a pipe or a device");
    },
  );

  test("that others may read is warned of", async () => {
    await using io = await createFakeIo();
    const { path } = await writeTestKey(io);
    await chmod(path, 0o644);
    expect(await run(io, `${LOGIN} --bypass-keychain`)).toBe(0);
    await run(io, "storekit auth doctor --environment sandbox");
    const warning = `warning: private key ${path}: other users may read it or change it (mode 644): chmod 600 ${path}\n`;
    expect(io.err()).toBe(warning + warning);
    await run(io, "doctor --environment sandbox --offline");
    expect(io.out()).toContain(`private key ${path}: other users may read it`);
  });
});

/** What a repository would bring in the place of a file or a directory. */
async function replaceByLink(path: string): Promise<void> {
  await rename(path, `${path}.real`);
  await symlink(`${path}.real`, path);
}
