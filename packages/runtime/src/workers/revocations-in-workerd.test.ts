import { startEmulator } from "@holdfast/emulator";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createTestWorkerApp, TEST_PLACE } from "../testing/test-worker.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID } from "../testing/test-runtime.ts";
import { CHAIN_KEYS, liveKey, REVOCATIONS_KEY } from "../wire/kv-layout.ts";
import { bundleWorker, startWorkerd } from "../workers-tools/index.ts";
import type { RunningWorkerd } from "../workers-tools/index.ts";

/** The whole way through the real runtime: a request, the cron, the responder, the next isolate. */
const SUBSCRIPTION = "2000000100000001";
const emulator = await startEmulator({
  port: 0,
  apps: [
    {
      id: "test",
      name: "Test",
      bundleId: TEST_BUNDLE_ID,
      appAppleId: TEST_APPLE_ID,
      issuerId: "8f3a2c51-4b7e-4d09-a6c1-2e5f90b7d384",
      keyIds: ["TESTKEY001"],
      groups: [{ id: "test", products: [{ productId: "monthly", level: 1, period: "P1M" }] }],
      offers: [],
      subscribers: [
        {
          originalTransactionId: SUBSCRIPTION,
          productId: "monthly",
          locale: "en-US",
          storefront: "USA",
          ownership: "PURCHASED",
          laterTransactionIds: [],
        },
      ],
    },
  ],
});
const cloudflare = await startCloudflare();
afterAll(async () => {
  await emulator.close();
  await cloudflare.close();
});

const app = await createTestWorkerApp();
const { publisherKey = "" } = app.config.apps["test"] ?? {};
const environments = { sandbox: { trustedRoots: [emulator.rootCertificatePem] } };
const identity = { bundleId: TEST_BUNDLE_ID, appAppleId: TEST_APPLE_ID };
const { code } = await bundleWorker({
  apps: { test: { ...identity, publisherKey, environments } },
});
const namespaceId = cloudflare.addNamespace();

async function put(key: string, value: string): Promise<void> {
  const { accountId, apiToken, apiUrl } = cloudflare;
  const path = `accounts/${accountId}/storage/kv/namespaces/${namespaceId}/values`;
  const headers = { Authorization: `Bearer ${apiToken}` };
  await fetch(`${apiUrl}/${path}/${encodeURIComponent(key)}`, {
    method: "PUT",
    headers,
    body: value,
  });
}

async function start(): Promise<RunningWorkerd> {
  const workerd = await startWorkerd({
    code,
    kvUrl: await cloudflare.kvUrl(namespaceId),
    bindings: { HOLDFAST_RUNTIME_SECRET: app.secret },
  });
  onTestFinished(() => workerd.stop());
  return workerd;
}

async function ask({
  url,
}: RunningWorkerd): Promise<{ readonly status: number; readonly text: string }> {
  const place = {
    app: "test",
    environment: "sandbox",
    originalTransactionId: SUBSCRIPTION,
  } as const;
  const body = JSON.stringify(await emulator.signedRequest(place));
  const response = await fetch(`${url}/apple/retention/test/sandbox`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return { status: response.status, text: await response.text() };
}

function cron(workerd: RunningWorkerd): Promise<{ readonly outcome: string }> {
  return workerd.scheduled({ cron: "17 * * * *", at: Date.now() });
}

test("a chain is noted, asked about, and refused by the next isolate once it is revoked", async () => {
  await put(liveKey(TEST_PLACE), await app.live());
  const first = await start();
  await expect.poll(async () => (await ask(first)).status, PATIENCE).toBe(200);
  await expect
    .poll(() => cloudflare.keys(namespaceId).filter((key) => key.startsWith(CHAIN_KEYS)), PATIENCE)
    .toHaveLength(1);
  expect(await cron(first)).toMatchObject({ outcome: "ok" });
  const good = cloudflare.value(namespaceId, REVOCATIONS_KEY) ?? "";
  expect(good.split("\n")).toHaveLength(1);
  const second = await start();
  await expect.poll(async () => (await ask(second)).status, PATIENCE).toBe(200);
  emulator.ocsp.configure({ status: { leaf: "revoked" } });
  // The emulator's word holds for an hour, which is when a Worker asks again.
  // A key is written once a second at most.
  await expect
    .poll(async () => {
      await cron(second);
      return cloudflare.value(namespaceId, REVOCATIONS_KEY);
    }, PATIENCE)
    .not.toBe(good);
  const third = await start();
  await expect.poll(async () => (await ask(third)).text, PATIENCE).toContain("CERTIFICATE_REVOKED");
  const health = await (await fetch(`${third.url}/healthz`)).text();
  expect(health).toContain("Apple has revoked a certificate");
});

const PATIENCE = { timeout: 20_000 };
