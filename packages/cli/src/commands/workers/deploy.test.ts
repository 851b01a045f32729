import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { installFakeWrangler } from "../../workers/testing/fake-wrangler.ts";
import { startWorkersWorld } from "../../workers/testing/workers-world.ts";

const SECRET_SET = {
  "secret list": { stdout: '[{ "name": "HOLDFAST_RUNTIME_SECRET", "type": "secret_text" }]' },
};

test("workers deploy builds into wrangler's main, and has wrangler upload it", async () => {
  await using world = await startWorkersWorld();
  const { io } = world;
  const wrangler = await installFakeWrangler(io, { ...SECRET_SET, deploy: { stdout: "Done!\n" } });
  expect(await run(io, "workers deploy")).toBe(0);
  expect(io.out()).toMatch(/^Done!\ndeployed holdfast\n {2}apps {2}yoga\n/);
  const code = await readFile(join(io.cwd, "deploy/workers/build/worker.js"), "utf8");
  expect(code).toContain("com.example.yoga");
  const [, upload] = await wrangler.calls();
  const config = "deploy/workers/wrangler.jsonc";
  const words = ["deploy", "--no-bundle", "--autoconfig=false", "--config", config];
  expect(upload?.arguments).toEqual(words);
  expect(upload?.env).toMatchObject({
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_API_BASE_URL: world.cloudflare.apiUrl,
    CLOUDFLARE_API_TOKEN: world.cloudflare.apiToken,
  });
  expect(Object.keys(upload?.env ?? {}).filter((name) => name.startsWith("HOLDFAST_"))).toEqual([]);
});

test("workers deploy writes one JSON document, with wrangler's words in it", async () => {
  await using world = await startWorkersWorld();
  await installFakeWrangler(world.io, { ...SECRET_SET, deploy: { stdout: "Done!\n" } });
  const { code, json } = await runJson(world.io, "workers deploy");
  expect([code, world.io.err()]).toEqual([0, ""]);
  expect(json).toMatchObject({
    name: "holdfast",
    dryRun: false,
    apps: ["yoga"],
    wrangler: "Done!",
  });
  expect(Number(json["gzippedBytes"])).toBeLessThan(Number(json["bytes"]));
});

test("workers deploy --dry-run asks nobody for secrets", async () => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io);
  expect(await run(world.io, "workers deploy --dry-run")).toBe(0);
  const calls = await wrangler.calls();
  expect(calls.map((call) => call.arguments[0])).toEqual(["deploy"]);
  expect(calls[0]?.arguments).toContain("--dry-run");
});

test.each([
  ["a Worker that is not there", { code: 1, stderr: 'Worker "holdfast" not found.' }],
  ["a Worker without it", { stdout: "[]" }],
])("workers deploy wants the runtime secret of %s", async (_, answer) => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io, { "secret list": answer });
  expect(await run(world.io, "workers deploy --output json")).toBe(1);
  expect(errorOf(world.io)).toMatchObject({
    code: "WORKER_SECRET_MISSING",
    message: expect.stringContaining("holdfast workers secrets") as string,
  });
  expect(await wrangler.calls()).toHaveLength(1);
});

test("workers deploy warns of a control plane without a token for it", async () => {
  await using world = await startWorkersWorld();
  const file = "deploy/workers/wrangler.jsonc";
  const config = await readFile(join(world.io.cwd, file), "utf8");
  const vars = '{ "vars": { "HOLDFAST_CONTROL_URL": "https://holdfast.example.com" },';
  await writeFiles(world.io, { [file]: config.replace("{", vars) });
  await installFakeWrangler(world.io, SECRET_SET);
  expect(await run(world.io, "workers deploy")).toBe(0);
  expect(world.io.err()).toContain("HOLDFAST_RUNTIME_TOKEN is not: no decision is sent");
});

test("workers deploy fails when wrangler does, once people have seen what it said", async () => {
  await using world = await startWorkersWorld();
  await installFakeWrangler(world.io, {
    ...SECRET_SET,
    deploy: { code: 3, stderr: "too large\n" },
  });
  expect(await run(world.io, "workers deploy")).toBe(1);
  expect(world.io.err()).toBe(
    "too large\nerror WRANGLER_FAILED: wrangler deploy ended with exit code 3: why is above\n",
  );
});

test("workers deploy passes on why wrangler cannot tell which secrets there are", async () => {
  await using world = await startWorkersWorld();
  await installFakeWrangler(world.io, { "secret list": { code: 1, stderr: "not logged in\n" } });
  expect(await run(world.io, "workers deploy --output json")).toBe(1);
  expect(errorOf(world.io)).toEqual({
    code: "WRANGLER_FAILED",
    message: "wrangler secret list ended with exit code 1: not logged in",
  });
});

test.each([
  ["nothing filled in", "{}", /fill in name, account_id .*, the id of the namespace/],
  [
    "a namespace that is not filled in",
    '{ "name": "x", "account_id": "0123456789abcdef0123456789abcdef", "kv_namespaces": [{ "binding": "HOLDFAST_KV", "id": "FILL IN" }] }',
    /fill in the id of the namespace bound as HOLDFAST_KV;/,
  ],
  [
    "no main",
    '{ "name": "x", "account_id": "0123456789abcdef0123456789abcdef", "kv_namespaces": [{ "binding": "HOLDFAST_KV", "id": "0123456789abcdef0123456789abcdef" }] }',
    /expected main/,
  ],
])("workers deploy refuses wrangler's configuration with %s", async (_, config, message) => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io);
  await writeFiles(world.io, { "w.jsonc": config });
  expect(await run(world.io, "workers deploy --wrangler-config w.jsonc --output json")).toBe(2);
  expect(errorOf(world.io)).toMatchObject({
    code: "WRANGLER_CONFIG_INCOMPLETE",
    message: expect.stringMatching(message) as string,
  });
  expect(await wrangler.calls()).toEqual([]);
});

test.each([
  ["no object", "w.jsonc", "[]", "WRANGLER_CONFIG_INVALID"],
  ["no JSON", "w.jsonc", "{", "JSON_MALFORMED"],
  ["TOML", "w.toml", "", "WRANGLER_CONFIG_INVALID"],
])("workers deploy refuses a configuration that is %s", async (_, file, content, code) => {
  await using world = await startWorkersWorld();
  await writeFiles(world.io, { [file]: content });
  expect(await run(world.io, `workers deploy --wrangler-config ${file} --output json`)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe(code);
});

test("workers secrets reach wrangler through its standard input alone", async () => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io);
  await using io = await world.openIo({ env: { HOLDFAST_RUNTIME_TOKEN: "a-token-of-a-runtime" } });
  const { code, json } = await runJson(io, "workers secrets");
  expect(code).toBe(0);
  expect(json["secrets"]).toEqual(["HOLDFAST_RUNTIME_SECRET", "HOLDFAST_RUNTIME_TOKEN"]);
  const [call] = await wrangler.calls();
  expect(JSON.parse(call?.input ?? "")).toEqual({
    HOLDFAST_RUNTIME_SECRET: world.secrets.HOLDFAST_RUNTIME_SECRET,
    HOLDFAST_RUNTIME_TOKEN: "a-token-of-a-runtime",
  });
  const elsewhere = JSON.stringify([call?.arguments, call?.env]) + io.out() + io.err();
  expect(elsewhere).not.toContain("a-token-of-a-runtime");
  expect(elsewhere).not.toContain(world.secrets.HOLDFAST_RUNTIME_SECRET);
});

test("workers secrets makes none where nobody said where they are", async () => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io);
  await using io = await world.openIo({ env: { HOLDFAST_RUNTIME_SECRET: "" } });
  expect(await run(io, "workers secrets --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe("SECRETS_MISSING");
  expect(await wrangler.calls()).toEqual([]);
});

test("workers secrets ends wrangler when it is interrupted", async () => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io, { "secret bulk": { hangs: true } });
  const ended = run(world.io, "workers secrets");
  await expect.poll(wrangler.calls, { timeout: 20_000 }).toHaveLength(1);
  world.io.interrupt();
  expect(await ended).toBe(130);
});
