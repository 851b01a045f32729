import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { expect, onTestFinished, test } from "vitest";
import { deriveRuntimeKeys } from "../../keys/runtime-secret.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { startTestHost } from "../../testing/test-host.ts";
import { writeRevocationList } from "../../wire/revocation-list.ts";
import { nodeCryptography } from "../node-cryptography.ts";
import { lastGoodPath } from "../node-host.ts";

const SECRET = new Uint8Array(32).fill(7);
const env = { HOLDFAST_RUNTIME_SECRET: Buffer.from(SECRET).toString("base64") };
const store = await createTestAppStore();

function hashOf({ der }: { readonly der: Uint8Array }): string {
  return createHash("sha256").update(der).digest("hex");
}

/** Starts a host that knows of the store's chain what it was told before. */
async function startKnowing(status: "good" | "revoked") {
  const directory = await temporaryDirectory();
  const { revocationRecords } = await deriveRuntimeKeys(SECRET, nodeCryptography);
  const { leaf, intermediate } = store.chain;
  const nextUpdate = Date.now() + 60_000;
  const chain = { leaf: hashOf(leaf), intermediate: hashOf(intermediate) };
  const list = await writeRevocationList([{ ...chain, status, nextUpdate }], revocationRecords);
  await mkdir(lastGoodPath(directory), { recursive: true });
  await writeFile(join(lastGoodPath(directory), "revocations"), list);
  const host = await startTestHost({ directory, store, env });
  onTestFinished(() => host.close());
  return host;
}

test("startNodeHost() refuses what is signed under a revoked certificate, and says so", async () => {
  const host = await startKnowing("revoked");
  const answer = await host.ask();
  expect([answer.status, await answer.json()]).toMatchObject([
    403,
    { code: "CERTIFICATE_REVOKED" },
  ]);
  expect(await host.decisions()).toEqual([]);
  const health = await host.get("/healthz");
  expect(await health.json()).toMatchObject({
    ok: true,
    warnings: [expect.stringContaining("revoked")],
  });
  expect(await host.metrics()).toContain('holdfast_revocation_checks_total{status="revoked"} 1');
});

test("startNodeHost() answers under a certificate that is good, and counts it", async () => {
  const host = await startKnowing("good");
  expect((await host.ask()).status).toBe(200);
  expect(await host.metrics()).toContain('holdfast_revocation_checks_total{status="good"} 1');
});
