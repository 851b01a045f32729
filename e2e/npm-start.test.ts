import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { matchesShown } from "./documented-steps.ts";

/** `npm start` as a newcomer runs it, but for the ports and the data directory. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 120_000;

let directory = "";
let child: ChildProcess;
let output = "";
let runtimeUrl = "";
let appStoreUrl = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  const args = ["packages/cli/bin/holdfast.js", "dev", "--data", directory, "--views", "20"];
  child = spawn(process.execPath, args, {
    cwd: ROOT,
    // The test runner asks for colours where it has them itself.
    env: {
      ...process.env,
      FORCE_COLOR: undefined,
      HOLDFAST_PORT: "0",
      HOLDFAST_EMULATOR_PORT: "0",
    },
  });
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // What README.md shows, in its order; a renewal may come late.
  const isShown = (): boolean =>
    /performance test (?:FAIL|PASS[^]*renews for[^]*so far: )/.test(output);
  const isOver = (): boolean => isShown() || child.exitCode !== null;
  await vi.waitUntil(isOver, TIMEOUT_MS).catch(() => undefined);
  if (!output.includes("performance test PASS")) throw new Error(`npm start wrote:\n${output}`);
  runtimeUrl = /runtime\s+(http:\S+)/.exec(output)?.[1] ?? "";
  appStoreUrl = /App Store\s+(http:\S+)/.exec(output)?.[1] ?? "";
}, TIMEOUT_MS + 10_000);

afterAll(async () => {
  if (child.exitCode === null) {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  await rm(directory, { recursive: true, force: true });
});

async function holdfast(
  args: readonly string[],
  {
    stdin = "",
    env = {},
  }: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ code: number | null; out: string }> {
  const command = spawn(process.execPath, ["packages/cli/bin/holdfast.js", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  let out = "";
  command.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  command.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
  command.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => command.once("exit", resolve));
  return { code, out };
}

test("npm start shows what was asked, answered, why, and what was seen", () => {
  expect(output).toMatch(/asked yoga\.monthly .* accepted/);
  expect(output).toMatch(/by rule \w+, arm \w+/);
  expect(output).toMatch(/by (fallback|holdout)/);
  expect(output).toMatch(/deferred to Apple by rule let_apple/);
  expect(output).toMatch(/tap .* sees “/);
  expect(output).not.toContain("refused");
});

test("README.md shows what npm start shows, but for the ports and the data directory", async () => {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, shown = ""] = /npm start\n\n```text\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const here = shown
    .replaceAll("http://127.0.0.1:8787", runtimeUrl)
    .replaceAll("http://127.0.0.1:8788", appStoreUrl)
    .replaceAll(".holdfast/dev", basename(directory));
  // Both are told where it does not match.
  expect(matchesShown(here, output) ? here : output).toBe(here);
  expect(here).toContain("performance test PASS");
});

test("npm start brings the flow live through the control plane, step by step", () => {
  expect(output).toMatch(/^app\s+yoga \(com\.example\.yoga\)/m);
  expect(output).toMatch(/^catalog\s+3 products and 3 promotional offers, synced/m);
  expect(output).toMatch(/^flow\s+\S+flow\.yaml, saved as version 1$/m);
  expect(output).toMatch(/^live\s+version 1 in sandbox: live/m);
  expect(output).toMatch(/^live\s+uploaded 10 of 10$/m);
  expect(output).toMatch(/^live\s+published 1 of 1$/m);
});

test("the API is there for other terminals, with the token npm start names", async () => {
  const [, file = ""] = /an admin's token: (\S+)/.exec(output) ?? [];
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const env = { HOLDFAST_SERVER: runtimeUrl, HOLDFAST_TOKEN_FILE: file };
  const line = ["flow", "history", "--app", "yoga", "--environment", "sandbox"];
  const { code, out } = await holdfast([...line, "--output", "json"], { env });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ items: [{ sequence: 1, version: 1 }] });
});

test("npm start writes plain lines where there is no terminal", () => {
  // eslint-disable-next-line no-control-regex -- the escape character is what must not be there
  expect(output).not.toMatch(/\u001b/);
});

test("npm start reports the performance test as Apple would", () => {
  expect(output).toMatch(/performance test PASS: 100 requests, 10 at a time, 100 % within 700 ms/);
  expect(output).toMatch(/average \d+\.\d, p50 \d+\.\d, p90 \d+\.\d, p95 \d+\.\d, p99 \d+\.\d/);
});

test("npm start shows what subscribers do, and what is counted of it", () => {
  expect(output).toMatch(/then {2}yoga\.\w+ .* → (stays|turns renewal off)/);
  expect(output).toMatch(/life {2}yoga\.\w+ .* → subscribes for \d/);
  const [, decisions, share] =
    /^so far: (\d+) decisions, state found for (\d+) % of/m.exec(output) ?? [];
  expect(Number(decisions)).toBeGreaterThan(50);
  expect(Number(share)).toBeGreaterThan(50);
  expect(output).toContain("no outcome is known yet: a window of a minute must be over");
});

test("decisions are counted for other terminals, too", async () => {
  const [, file = ""] = /an admin's token: (\S+)/.exec(output) ?? [];
  const env = { HOLDFAST_SERVER: runtimeUrl, HOLDFAST_TOKEN_FILE: file };
  const place = ["--app", "yoga", "--environment", "sandbox"];
  const counts = await holdfast(["decisions", "counts", ...place, "--output", "json"], { env });
  expect(counts.code).toBe(0);
  const { total } = JSON.parse(counts.out) as { readonly total: number };
  expect(total).toBeGreaterThan(50);
});

test("npm start serves health while it runs", async () => {
  const response = await fetch(`${runtimeUrl}/healthz`);
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      ok: true,
      runtime: "node",
      snapshot: expect.stringMatching(/^yoga_sandbox_\d{4}_\d\d_\d\d_\d+$/) as unknown,
      store: "ready",
    },
  ]);
});

test("npm start keeps every decision it answered with", async () => {
  const metrics = await (await fetch(`${runtimeUrl}/metrics`)).text();
  expect(metrics).toContain('outcome="answered"');
  const lines = (await readFile(join(directory, "server", "decisions.ndjson"), "utf8"))
    .trimEnd()
    .split("\n");
  expect(lines.length).toBeGreaterThan(100);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: "holdfast.decision/1", app: "yoga" });
});

test("holdfast jws verify accepts what the local App Store signs, while it runs", async () => {
  const response = await fetch(`${appStoreUrl}/emulator/apps/yoga/sandbox/signed-requests`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ originalTransactionId: "2000000100000001" }),
  });
  const signed = await response.text();
  const root = join(directory, "app-store-root.pem");
  const args = ["--kind", "realtime", "--app-apple-id", "6745974592", "--environment", "sandbox"];
  const { code, out } = await holdfast(["jws", "verify", ...args, "--trusted-root", root, "-"], {
    stdin: signed,
  });
  expect(out).toContain("verified");
  expect(code).toBe(0);
});

test("holdfast simulate says what would be answered and why, while it runs", async () => {
  const args = [
    "--flow",
    "examples/yoga/flow.yaml",
    "--product",
    "yoga.monthly",
    "--locale",
    "en-US",
  ];
  const { code, out } = await holdfast(["simulate", ...args]);
  expect(out).toContain("monthly_switch_test");
  expect(code).toBe(0);
});

test("holdfast dev says what to do when a port is taken", async () => {
  const port = new URL(runtimeUrl).port;
  const data = await mkdtemp(join(tmpdir(), "holdfast-taken-"));
  const args = ["dev", "--data", data, "--port", port, "--emulator-port", "0"];
  const { code, out } = await holdfast(args);
  await rm(data, { recursive: true, force: true });
  expect(out).toMatch(/PORT_TAKEN.*HOLDFAST_PORT/);
  expect(code).toBe(2);
});

test("npm start ends cleanly on Ctrl-C", async () => {
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
});
