import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startWorkerd } from "@holdfast/runtime/workers-tools";
import { expect, onTestFinished, test } from "vitest";
import { textLike } from "../testing/matching.ts";
import type { LocalCloudflare } from "./local-cloudflare.ts";
import { startTestCloudflare } from "./testing/test-cloudflare.ts";

const WRANGLER = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);

const WORKER = `export default {
  async fetch(_request, env) {
    const { HOLDFAST_KV: kv, HOLDFAST_RUNTIME_SECRET: secret, HOLDFAST_CONTROL_URL: url } = env;
    return Response.json({ value: await kv.get("a"), secret, url });
  },
  async scheduled() {},
  async queue() {},
};`;

const CONFIG = {
  name: "holdfast",
  main: "worker.js",
  compatibility_date: "2026-10-01",
  workers_dev: true,
  triggers: { crons: ["*/5 * * * *"] },
  vars: { HOLDFAST_CONTROL_URL: "https://control.example.com" },
  queues: {
    producers: [{ binding: "HOLDFAST_DECISIONS", queue: "decisions" }],
    consumers: [{ queue: "decisions", max_batch_size: 50 }],
  },
};

/** A directory with a Worker, and the real wrangler in it; `env` is more of its environment. */
async function startProject(cloudflare: LocalCloudflare) {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, "worker.js"), WORKER);
  return {
    write: async (name: string, content: unknown) =>
      writeFile(join(directory, name), JSON.stringify(content)),
    wrangler: async (args: string, env: Readonly<Record<string, string>> = {}) =>
      new Promise<{ readonly failed: boolean; readonly text: string }>((resolve) => {
        const options = {
          cwd: directory,
          env: {
            PATH: process.env["PATH"],
            // What it keeps and writes of its own goes here, and nothing is read from anywhere else.
            HOME: directory,
            CI: "true",
            WRANGLER_SEND_METRICS: "false",
            // With its banner it looks for a newer wrangler.
            WRANGLER_HIDE_BANNER: "true",
            CLOUDFLARE_API_BASE_URL: cloudflare.apiUrl,
            CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
            CLOUDFLARE_ACCOUNT_ID: cloudflare.accountId,
            ...env,
          },
        };
        const command = [WRANGLER, ...args.split(" ")];
        execFile(process.execPath, command, options, (error, stdout, stderr) =>
          resolve({ failed: error !== null, text: stdout + stderr }),
        );
      }),
  };
}

test("wrangler deploys a Worker with its secrets, and a workerd runs what it deployed", async () => {
  const { cloudflare, namespaceId, call } = await startTestCloudflare();
  const { wrangler, write } = await startProject(cloudflare);
  const namespaces = [{ binding: "HOLDFAST_KV", id: namespaceId }];
  await write("wrangler.json", { ...CONFIG, kv_namespaces: namespaces });
  await write("secrets.json", { HOLDFAST_RUNTIME_SECRET: "s3cret" });

  await call("POST queues", { body: { queue_name: "decisions" } });
  expect(await wrangler("deploy")).toMatchObject({ failed: false });
  expect(await wrangler("secret bulk secrets.json")).toMatchObject({ failed: false });
  // Now there is one, which is another way through the API; it keeps the secrets.
  expect(await wrangler("deploy")).toMatchObject({
    failed: false,
    text: textLike("https://holdfast.local-double.workers.dev"),
  });

  const script = cloudflare.script("holdfast");
  expect(script).toMatchObject({
    versions: 3,
    mainModule: "worker.js",
    compatibilityDate: "2026-10-01",
    variables: { HOLDFAST_CONTROL_URL: "https://control.example.com" },
    secrets: { HOLDFAST_RUNTIME_SECRET: "s3cret" },
    namespaces: { HOLDFAST_KV: namespaceId },
    queues: { HOLDFAST_DECISIONS: "decisions" },
    schedules: ["*/5 * * * *"],
    onWorkersDev: true,
  });
  expect(cloudflare.queues).toMatchObject([
    { name: "decisions", consumers: [{ script: "holdfast", settings: { batch_size: 50 } }] },
  ]);

  await call("PUT ns/values/a", { body: "1" });
  const workerd = await startWorkerd({
    code: script?.code ?? "",
    bindings: { ...script?.variables, ...script?.secrets },
    kvUrl: await cloudflare.kvUrl(script?.namespaces["HOLDFAST_KV"] ?? ""),
  });
  onTestFinished(() => workerd.stop());
  expect(await (await fetch(workerd.url)).json()).toEqual({
    value: "1",
    secret: "s3cret",
    url: "https://control.example.com",
  });
});

test("wrangler makes namespaces and writes values, and hears of a token that may not", async () => {
  const { cloudflare, namespaceId } = await startTestCloudflare();
  const { wrangler, write } = await startProject(cloudflare);
  expect(await wrangler("kv namespace create live")).toMatchObject({
    failed: false,
    text: textLike(/"id": "[0-9a-f]{32}"/),
  });
  await write("pairs.json", [{ key: "a/b", value: "1" }]);
  const to = `--namespace-id ${namespaceId} --remote`;
  expect(await wrangler(`kv bulk put pairs.json ${to}`)).toMatchObject({ failed: false });
  expect(cloudflare.value(namespaceId, "a/b")).toBe("1");
  const env = { CLOUDFLARE_API_TOKEN: cloudflare.addToken(["scripts"]) };
  expect(await wrangler("kv namespace list", env)).toMatchObject({
    failed: true,
    text: textLike("code: 10000"),
  });
});

test("wrangler is refused a Worker with a namespace there is not", async () => {
  const { cloudflare } = await startTestCloudflare();
  const { wrangler, write } = await startProject(cloudflare);
  const namespaces = [{ binding: "HOLDFAST_KV", id: "0".repeat(32) }];
  await write("wrangler.json", { ...CONFIG, queues: {}, kv_namespaces: namespaces });
  expect(await wrangler("deploy")).toMatchObject({ failed: true, text: textLike("code: 10021") });
  expect(cloudflare.script("holdfast")).toBeUndefined();
});
