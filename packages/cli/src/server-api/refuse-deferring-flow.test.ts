import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startLocalApple } from "../storekit/testing/local-apple.ts";
import type { LocalApple } from "../storekit/testing/local-apple.ts";
import { createKeyedIo } from "./testing/create-keyed-io.ts";
import { startAnsweringApple } from "./testing/answering-apple.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson } from "../testing/run.ts";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const START = "storekit retention-messaging performance start --environment sandbox";

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple({ performanceTest: { totalRequests: 1, totalDuration: 0 } });
  apple.emulator.configureRealtimeUrl(SANDBOX, "https://127.0.0.1:9/");
});
afterEach(() => apple.emulator.requestLog.clear());
afterAll(() => apple[Symbol.asyncDispose]());

/** A world with the yoga app's key and flow. */
async function yogaIo(): Promise<FakeIo> {
  const { keyId, issuerId, privateKey, bundleId } = apple.emulator.credentials("yoga");
  const io = await apple.io({
    env: {
      HOLDFAST_STOREKIT_KEY_ID: keyId,
      HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
      HOLDFAST_STOREKIT_PRIVATE_KEY: privateKey,
      HOLDFAST_STOREKIT_BUNDLE_ID: bundleId,
    },
  });
  await copyYoga(io);
  return io;
}

/** Starts a test of somebody who subscribes to a product. */
function startOf(productId: string): string {
  const subscriber = apple.emulator
    .subscribers(SANDBOX)
    .find((candidate) => candidate.productId === productId);
  return `${START} --original-transaction-id ${subscriber?.originalTransactionId}`;
}

describe("performance start --flow", () => {
  test("refuses a product a deferring rule can hold for, and names the rule", async () => {
    await using io = await yogaIo();
    const line = startOf("yoga.family");
    expect(await run(io, `${line} --flow flow.yaml --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "FLOW_CAN_DEFER",
      message: expect.stringContaining(
        "rule let_apple can answer deferToApple for yoga.family",
      ) as unknown,
    });
    expect(io.out()).toBe("");
    expect(io.err()).not.toContain(line.split(" ").at(-1));
    expect(apple.emulator.requestLog.counts()).toEqual({ getAllSubscriptionStatuses: 1 });
  });

  test("starts the test of another product", async () => {
    await using io = await yogaIo();
    const { code, json } = await runJson(io, `${startOf("yoga.monthly")} --flow flow.yaml`);
    expect(code).toBe(0);
    await apple.emulator.performanceTestFinished("yoga", String(json["requestId"]));
    expect(apple.emulator.requestLog.counts()).toEqual({
      getAllSubscriptionStatuses: 1,
      initiatePerformanceTest: 1,
    });
  });

  test("asks the App Store Server API nothing without --flow", async () => {
    await using io = await yogaIo();
    const { json } = await runJson(io, startOf("yoga.family"));
    await apple.emulator.performanceTestFinished("yoga", String(json["requestId"]));
    expect(apple.emulator.requestLog.counts()).toEqual({ initiatePerformanceTest: 1 });
  });

  test("looks even in read-only mode, and starts nothing there", async () => {
    await using io = await yogaIo();
    expect(await run(io, `${startOf("yoga.monthly")} --flow flow.yaml --read-only`)).toBe(6);
    expect(apple.emulator.requestLog.counts()).toEqual({ getAllSubscriptionStatuses: 1 });
  });

  test.each([
    ["a flow that is not there", "--flow none.yaml", "none.yaml: no such file"],
    ["what is no flow", "--flow catalog.json", "FLOW_INVALID"],
    ["a flow of another app", "--flow flow.yaml --bundle-id com.example.app", "BUNDLE_ID_MISMATCH"],
  ])("refuses %s before anything is sent", async (_, options, message) => {
    await using io = await yogaIo();
    expect(await run(io, `${startOf("yoga.family")} ${options}`)).toBe(2);
    expect(io.err()).toContain(message);
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });

  test.each([{}, { data: [{ lastTransactions: [{ originalTransactionId: "7" }] }] }])(
    "starts nothing where Apple does not tell the product: %j",
    async (answer) => {
      const server = await startAnsweringApple(() => answer);
      await using io = await createKeyedIo(server.url);
      await copyYoga(io);
      const line = `${START} --original-transaction-id 20 --flow flow.yaml --output json`;
      expect(await run(io, line)).toBe(1);
      expect(errorOf(io)["code"]).toBe("TESTED_PRODUCT_UNKNOWN");
      expect(server.asked.map(({ url }) => url)).toEqual(["/inApps/v1/subscriptions/20"]);
    },
  );
});
