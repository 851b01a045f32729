import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { createFakeIo } from "../../../testing/fake-io.ts";
import type { FakeIo } from "../../../testing/fake-io.ts";
import { run } from "../../../testing/run.ts";

/** What a newer Apple could answer: with fields nobody knows yet, and with zeros. */
const ANSWERS: Readonly<Record<string, object>> = {
  "message/list": {
    messageIdentifiers: [
      { messageIdentifier: "m1", messageState: "PENDING_REVIEW", reason: { codes: [1, 0] } },
      { messageIdentifier: "m2", messageState: "APPROVED", reason: null },
    ],
    next: null,
  },
  "image/list": {
    imageIdentifiers: [
      { imageIdentifier: "i1", imageState: "PENDING", imageSize: "HUGE", pixels: 0 },
    ],
    total: 0,
  },
  "default/p/en-US": { messageIdentifier: "m1", since: 0 },
  "realtime/url": { realtimeURL: "https://a.example.com/", version: 2 },
  "performanceTest/result/r1": {
    config: {
      maxConcurrentRequests: 0,
      totalRequests: 0,
      totalDuration: 0,
      responseTimeThreshold: 0,
      successRateThreshold: 0,
      region: "EU",
    },
    target: "https://a.example.com/",
    result: "PASS",
    successRate: 0,
    numPending: 0,
    responseTimes: { average: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0 },
    failures: {},
    startedAt: 0,
  },
};

const server = createServer((request, response) => {
  const path = (request.url ?? "").replace(/^\/inApps\/v1\/messaging\//, "").replace(/\?.*$/, "");
  response.end(JSON.stringify(ANSWERS[path]));
});
let io: FakeIo;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  io = await createFakeIo({
    env: {
      HOLDFAST_STOREKIT_SANDBOX_URL: `http://127.0.0.1:${port}`,
      ASC_STOREKIT_KEY_ID: keyId,
      ASC_STOREKIT_ISSUER_ID: issuerId,
      ASC_STOREKIT_PRIVATE_KEY: privateKey,
      ASC_STOREKIT_BUNDLE_ID: "com.example.app",
      ASC_STOREKIT_ENVIRONMENT: "sandbox",
    },
  });
});
afterAll(async () => {
  await io[Symbol.asyncDispose]();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

/** Runs a command below retention-messaging and returns what it wrote. */
async function output(line: string): Promise<unknown> {
  const before = io.out().length;
  expect([await run(io, `storekit retention-messaging ${line}`), io.err()]).toEqual([0, ""]);
  return JSON.parse(io.out().slice(before));
}

test.each([
  ["messages list", "message/list"],
  ["images list", "image/list"],
  ["defaults view --product-id p --locale en-US", "default/p/en-US"],
  ["endpoint view", "realtime/url"],
])("%s shows all that Apple answered", async (line, path) => {
  expect(await output(line)).toEqual(ANSWERS[path]);
});

test.each(["view", "wait"])("performance %s shows all, zeros too", async (verb) => {
  const answer = { requestId: "r1", ...ANSWERS["performanceTest/result/r1"] };
  expect(await output(`performance ${verb} --request-id r1`)).toEqual(answer);
});

test("messages list --state knows both of Apple's spellings, and changes none", async () => {
  expect(await output("messages list --state pending")).toEqual({
    messageIdentifiers: [
      { messageIdentifier: "m1", messageState: "PENDING_REVIEW", reason: { codes: [1, 0] } },
    ],
    next: null,
  });
});
