import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { createTestPublisher } from "../testing/test-publisher.ts";
import type { WorkerConfig } from "../workers/index.ts";
import { bundleWorker } from "./bundle-worker.ts";
import { checkWorkerBundle } from "./check-worker-bundle.ts";
import { startWorkerd } from "./start-workerd.ts";

/** What the Worker may weigh, configuration included. */
const BUDGET_BYTES = 40 * 1024;

async function configOf(app: string): Promise<WorkerConfig> {
  const { publicKeyPem: publisherKey } = await createTestPublisher();
  const environments = { sandbox: {}, production: {} };
  return {
    apps: { [app]: { bundleId: "com.example.test", appAppleId: 1, publisherKey, environments } },
  };
}

test("bundleWorker() makes a small Worker of the core alone", async () => {
  const bundle = await bundleWorker(await configOf("yoga"));
  expect(() => checkWorkerBundle(bundle)).not.toThrow();
  expect(bundle.inputs).toContain("runtime/src/answer/answer-request.ts");
  expect(bundle.gzippedBytes).toBeLessThan(BUDGET_BYTES);
  expect(bundle.bytes).toBe(Buffer.byteLength(bundle.code));
});

test("bundleWorker() makes the same code of the same configuration", async () => {
  const config = await configOf("yoga");
  const [one, other] = [await bundleWorker(config), await bundleWorker(config)];
  expect(one).toEqual(other);
});

test.each(["__proto__", "constructor", "process"])(
  "bundleWorker() keeps an app that is called %s",
  async (app) => {
    const config = await configOf("yoga");
    const apps = Object.fromEntries([[app, config.apps["yoga"]]]) as WorkerConfig["apps"];
    const bundle = await bundleWorker({ apps });
    expect(() => checkWorkerBundle(bundle)).not.toThrow();
    const workerd = await startWorkerd({
      code: bundle.code,
      // Nothing listens there: what is configured is told from what is not all the same.
      kvUrl: "http://127.0.0.1:1",
      bindings: { HOLDFAST_RUNTIME_SECRET: Buffer.alloc(32, 1).toString("base64") },
    });
    try {
      const codes = [app, "nobody"].map(async (id) => {
        const url = `${workerd.url}/apple/retention/${id}/sandbox`;
        const response = await fetch(url, { method: "POST", body: "{}" });
        return ((await response.json()) as { readonly code: string }).code;
      });
      expect(await Promise.all(codes)).toEqual(["NOT_PUBLISHED", "APP_UNKNOWN"]);
    } finally {
      await workerd.stop();
    }
  },
);

/** Loads a module where every source of time, chance, timers and network ends the attempt. */
const LOADER = `
const { parentPort, workerData } = require("node:worker_threads");
const trap = (what) => () => { throw new Error(what + " at module scope"); };
const load = () => import("data:text/javascript;base64," + Buffer.from(workerData).toString("base64"));
Date.now = trap("Date.now");
Math.random = trap("Math.random");
performance.now = trap("performance.now");
crypto.getRandomValues = trap("getRandomValues");
crypto.randomUUID = trap("randomUUID");
const loading = load();
for (const name of ["fetch", "setTimeout", "setInterval", "queueMicrotask"]) globalThis[name] = trap(name);
loading.then(() => parentPort.postMessage("loaded"), (error) => parentPort.postMessage(error.message));
`;

/** Says how loading went. */
function load(code: string): Promise<unknown> {
  const worker = new Worker(LOADER, { eval: true, workerData: code });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

test("bundleWorker() makes a Worker that does nothing before its first event", async () => {
  const { code } = await bundleWorker(await configOf("yoga"));
  await expect(load(code)).resolves.toBe("loaded");
});

test.each([
  ["Date.now", "Date.now()"],
  ["randomUUID", "crypto.randomUUID()"],
  ["setTimeout", "setTimeout(() => 1, 1)"],
])("what tells of that notices %s", async (what, expression) => {
  const outcome = await load(`export default ${expression};`);
  expect(outcome).toBe(`${what} at module scope`);
});
