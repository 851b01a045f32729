import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

/** `npm run start:workers` as a newcomer runs it, but for the ports and the data directory. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 150_000;

let directory = "";
let child: ChildProcess;
let output = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-start-workers-"));
  const options = ["--workers", "--data", directory, "--views", "10"];
  const ports = ["--port", "0", "--emulator-port", "0"];
  child = spawn(process.execPath, ["packages/cli/bin/holdfast.js", "dev", ...options, ...ports], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: undefined },
  });
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // How many of its answers were in time is the machine's.
  const isShown = (): boolean =>
    ["performance test (?:PASS|FAIL)", "so far: ", "change     "].every((text) =>
      new RegExp(text).test(output),
    );
  const isOver = (): boolean => isShown() || child.exitCode !== null;
  await vi.waitUntil(isOver, TIMEOUT_MS).catch(() => undefined);
  if (!isShown()) throw new Error(`npm run start:workers wrote:\n${output}`);
}, TIMEOUT_MS + 10_000);

afterAll(async () => {
  if (child.exitCode === null) {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  await rm(directory, { recursive: true, force: true });
});

test("npm run start:workers has the Worker answer what the local App Store asks", async () => {
  expect(output).toMatch(/^Worker {5}http\S+ .* \d+\.\d KiB gzipped; .*: answers by it after/m);
  expect(output).toMatch(/asked yoga\.monthly .* accepted/);
  expect(output).toMatch(/by rule \w+, arm \w+/);
  expect(output).toMatch(/deferred to Apple by rule let_apple/);
  // A machine that does much besides may make the first answers late; nothing else may be wrong with them.
  expect(output).not.toMatch(/refused(?!: the status must be 200; got 503)/);
  expect(output).toMatch(/performance test (?:PASS|FAIL): 100 requests, 10 at a time/);
  const [, url = ""] = /^Worker {5}(http\S+)/m.exec(output) ?? [];
  await expect((await fetch(`${url}/healthz`)).json()).resolves.toEqual({
    ok: true,
    runtime: "cloudflare-workers",
    snapshot: expect.stringMatching(/^yoga_sandbox_\d{4}_\d\d_\d\d_\d+$/) as unknown,
    kv: "ready",
  });
});

test("npm run start:workers counts what the Worker has decided, with state from the namespace", () => {
  const [, decisions, share] =
    /^so far: (\d+) decisions, state found for (\d+) % of/m.exec(output) ?? [];
  expect(Number(decisions)).toBeGreaterThan(50);
  // How many are found in time is the machine's; a namespace nobody writes would have none.
  expect(Number(share)).toBeGreaterThan(5);
});

test("npm run start:workers shows after how long the Worker answers by a change", () => {
  const [, seconds] =
    /^change {5}published again as yoga_sandbox_\S+_2: the Worker answers by it after (\S+) s$/m.exec(
      output,
    ) ?? [];
  expect(Number(seconds)).toBeLessThan(90);
});

test("npm run start:workers ends cleanly on Ctrl-C, and workerd with it", async () => {
  const [, url = ""] = /^Worker {5}(http\S+)/m.exec(output) ?? [];
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});
