import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSandboxAccess } from "./sandbox-access.ts";
import type { SandboxAccess } from "./sandbox-access.ts";
import { verifySandbox } from "./verify-sandbox.ts";

/** What `npm run test:apple` does, with a local App Store in the place of Apple's sandbox. */
const PUBLIC_URL = "https://retention.example.com/";
const SANDBOX = { app: "seed", environment: "sandbox" } as const;
const MESSAGE = "551ee7c0-c097-418e-9dd5-2a98533a7390";

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: { messageIdentifier: MESSAGE } }));
});
let emulator: RunningEmulator;
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  emulator = await startEmulator({
    port: 0,
    maxBulletPoints: 7,
    resolve: [{ from: PUBLIC_URL, to: `http://127.0.0.1:${port}/` }],
    performanceTest: { totalRequests: 4, totalDuration: 0 },
  });
  const { keyId, issuerId, privateKey, bundleId } = emulator.credentials("seed");
  env = {
    ASC_STOREKIT_KEY_ID: keyId,
    ASC_STOREKIT_ISSUER_ID: issuerId,
    ASC_STOREKIT_PRIVATE_KEY: privateKey,
    ASC_STOREKIT_BUNDLE_ID: bundleId,
    HOLDFAST_STOREKIT_SANDBOX_URL: `${emulator.url}/sandbox`,
    HOLDFAST_APPLE_TEST_URL: PUBLIC_URL,
    HOLDFAST_APPLE_TEST_TRANSACTION_ID: "2000000000000000",
    HOLDFAST_APPLE_TEST_PRODUCT_ID: "com.example.monthly",
  };
});
afterAll(async () => {
  await emulator.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

/** Everything of the app that a run could leave changed. */
const state = (): unknown => [
  emulator.messages(SANDBOX),
  emulator.images(SANDBOX),
  emulator.defaults(SANDBOX),
  emulator.world.get("seed")?.environments.sandbox.realtimeUrl,
];

async function accessOf(more: Readonly<Record<string, string>> = {}): Promise<SandboxAccess> {
  const access = await readSandboxAccess({ ...env, ...more });
  // A list is what is missing.
  if (!("key" in access)) throw new Error(`missing: ${access.join(", ")}`);
  return access;
}

test("verifySandbox() tells what the documents leave open, and leaves nothing behind", async () => {
  const before = structuredClone(state());
  const said: string[] = [];
  const isGood = await verifySandbox(await accessOf(), {
    say: (line) => said.push(line),
    signal: new AbortController().signal,
    lookEveryMs: 1,
  });
  expect(isGood).toBe(true);
  expect(state()).toEqual(before);
  const text = said.join("\n");
  for (const line of [
    "default imageSize: 3840 × 160 is FULL_SIZE",
    "messageState right after the upload: APPROVED",
    "message with an image that is not there: refused with 404 4040014",
    "emoji in a body: refused with 400 4009999",
    "34 characters of two UTF-16 units in a header of at most 66: ",
    "a header of 67: refused with 400 4000162 HeaderTooLongError",
    "7 bullet points: accepted",
    "8 bullet points: refused with 400 4000218",
    "default message: set",
    `performance test configuration: {"maxConcurrentRequests":`,
    "a second test meanwhile: refused with 400 4000213",
    `"result":"PASS"`,
    "everything was deleted again",
  ]) {
    expect(text).toContain(line);
  }
});

test.each([
  ["fails half-way", { HOLDFAST_APPLE_TEST_TRANSACTION_ID: "1" }, "never"],
  ["is interrupted", {}, "message with an image:"],
])("verifySandbox() leaves nothing behind when it %s", async (_, more, interruptedAt) => {
  const before = structuredClone(state());
  const said: string[] = [];
  const abort = new AbortController();
  const say = (line: string): void => {
    said.push(line);
    if (line.startsWith(interruptedAt)) abort.abort();
  };
  const options = { say, signal: abort.signal, lookEveryMs: 1 };
  expect(await verifySandbox(await accessOf(more), options)).toBe(false);
  expect(said.join("\n")).toContain("FAILED: ");
  expect(said.at(-1)).toBe("everything was deleted again");
  expect(state()).toEqual(before);
});

test("readSandboxAccess() says what is missing", async () => {
  expect(await readSandboxAccess({ ASC_STOREKIT_KEY_ID: "K" })).toEqual([
    "HOLDFAST_STOREKIT_ISSUER_ID",
    "HOLDFAST_STOREKIT_PRIVATE_KEY_PATH",
    "HOLDFAST_STOREKIT_BUNDLE_ID",
  ]);
});
