import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "./testing/fake-io.ts";
import type { FakeIo } from "./testing/fake-io.ts";

const BINARY = fileURLToPath(new URL("../bin/holdfast.js", import.meta.url));

/** A hang must not stop the tests. */
const LIMIT_MS = 20_000;

interface Ended {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs a line of bash in a directory; `"$node" "$holdfast"` is the real binary. */
function bash(
  { cwd }: FakeIo,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const variables = {
    PATH: process.env["PATH"],
    HOME: cwd,
    node: process.execPath,
    holdfast: BINARY,
    ...env,
  };
  const options = { cwd, env: variables, timeout: LIMIT_MS, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    execFile("bash", ["--norc", "-c", line], options, (error, out, err) => {
      resolve({ code: error?.code ?? (error === null ? 0 : error.signal), out, err });
    });
  });
}

const VERSION = /^\d+\.\d+\.\d+/;

describe("the binary, where nobody reads", () => {
  test.each([
    ["standard output", `"$node" "$holdfast" flow validate --output json | true`],
    ["standard error", `"$node" "$holdfast" flow test none.yaml 2>&1 >/dev/null | true`],
  ])("its %s, ends with its own code", async (_, line) => {
    await using io = await createFakeIo();
    await writeFile(join(io.cwd, "flow.yaml"), "version: 9\n");
    const { out } = await bash(io, `${line}; echo "\${PIPESTATUS[0]}"`);
    expect(out).toBe("2\n");
  });

  test("ends with 0 where that is its code", async () => {
    await using io = await createFakeIo();
    const { out } = await bash(io, `"$node" "$holdfast" --help | true; echo "\${PIPESTATUS[0]}"`);
    expect(out).toBe("0\n");
  });
});

describe("the binary's cache of compiled code", () => {
  const line = `exec "$node" "$holdfast" --version`;

  test("is in the user's cache directory, made when it is not there", async () => {
    await using io = await createFakeIo();
    expect((await bash(io, line)).out).toMatch(VERSION);
    expect(await readdir(join(io.cwd, ".cache", "holdfast"))).not.toEqual([]);
  });

  test("stops nothing where there can be none", async () => {
    await using io = await createFakeIo();
    await writeFile(join(io.cwd, "file"), "");
    for (const home of ["/proc/nope", "/nowhere/at/all", "/dev/null", join(io.cwd, "file")]) {
      expect(await bash(io, line, { HOME: home })).toMatchObject({ code: 0, err: "" });
    }
  });

  test("is never in the working directory, where a relative XDG_CACHE_HOME would put it", async () => {
    await using io = await createFakeIo();
    await mkdir(join(io.cwd, "here"));
    await bash({ ...io, cwd: join(io.cwd, "here") }, line, { HOME: io.cwd, XDG_CACHE_HOME: "." });
    expect(await readdir(join(io.cwd, "here"))).toEqual([]);
  });

  test("is not used where others can write it, for what it holds is run", async () => {
    await using io = await createFakeIo();
    const directory = join(io.cwd, ".cache", "holdfast");
    await bash(io, `umask 0; mkdir -m 755 .cache; mkdir -m 777 .cache/holdfast; ${line}`);
    expect(await readdir(directory)).toEqual([]);
  });
});

test.each(["20.20.0", "22.17.1"])("the binary says that Node %s is too old", async (version) => {
  await using io = await createFakeIo();
  const older = `Object.defineProperty(process, "versions", { value: { node: "${version}" } })`;
  const preload = `data:text/javascript,${encodeURIComponent(older)}`;
  expect(
    await bash(io, `exec "$node" --import "$preload" "$holdfast" --version`, { preload }),
  ).toEqual({
    code: 1,
    out: "",
    err: `holdfast needs Node 22.18 or later; this is v${version}\n`,
  });
});
