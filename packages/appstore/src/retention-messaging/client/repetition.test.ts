import { describe, expect, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import type { ScriptedAnswer } from "../../http/testing/answering-server.ts";
import { createManualClock } from "../../http/testing/manual-clock.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createTestClient, TEST_CONFIG } from "../testing/test-client.ts";
import { callsPerHour } from "./index.ts";
import type { Pacing, RetentionMessagingClient } from "./index.ts";

type Call = (client: RetentionMessagingClient) => Promise<unknown>;

const PLACE = { productId: "p", locale: "en-US" };
const initiate: Call = (client) => client.initiatePerformanceTest({ originalTransactionId: "1" });
const notFound = (errorCode: number): ScriptedAnswer => ({ status: 404, body: { errorCode } });

describe("createRetentionMessagingClient() repeating calls", () => {
  test.each<[string, Call]>([
    ["getImageList", (client) => client.getImageList()],
    ["configureDefaultMessage", (client) => client.configureDefaultMessage(PLACE, "m")],
    ["deleteDefaultMessage", (client) => client.deleteDefaultMessage(PLACE)],
    ["configureRealtimeUrl", (client) => client.configureRealtimeUrl("https://example.com")],
    ["deleteRealtimeUrl", (client) => client.deleteRealtimeUrl()],
    ["deleteMessage", (client) => client.deleteMessage("m")],
    ["deleteImage", (client) => client.deleteImage("i")],
  ])("repeats %s after a lost connection", async (_, call) => {
    const server = await startScriptedServer("drop", { body: {} });
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    await call(client);
    expect(server.requests).toHaveLength(2);
  });

  test.each<[string, Call, number]>([
    ["deleteMessage", (client) => client.deleteMessage("m"), 4040015],
    ["deleteImage", (client) => client.deleteImage("i"), 4040014],
  ])("%s() is done when it is gone after an unknown attempt", async (_, call, errorCode) => {
    const server = await startScriptedServer("drop", notFound(errorCode));
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await call(client)).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });

  test.each<[string, readonly ScriptedAnswer[], object]>([
    ["at once", [notFound(4040015)], { errorCode: 4040015, effect: "none" }],
    ["after a 429", [{ status: 429 }, notFound(4040015)], { errorCode: 4040015, effect: "none" }],
    ["without an error object", ["drop", { status: 404 }], { code: "APPLE_NO_ACCESS" }],
  ])("deleteMessage() fails for a 404 %s", async (_, answers, expected) => {
    const server = await startScriptedServer(...answers);
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await rejectionOf(client.deleteMessage("m"))).toMatchObject(expected);
  });

  test.each<[string, ScriptedAnswer]>([
    ["a lost connection", "drop"],
    ["a 500", { status: 500, body: { errorCode: 5000001 } }],
  ])("initiatePerformanceTest() is not repeated after %s", async (_, failure) => {
    const server = await startScriptedServer(failure);
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await rejectionOf(initiate(client))).toMatchObject({
      effect: "unknown",
      retryable: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  test("initiatePerformanceTest() is repeated after a 429", async () => {
    const started = { config: TEST_CONFIG, requestId: "r" };
    const server = await startScriptedServer({ status: 429 }, { body: started });
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await initiate(client)).toEqual(started);
  });
});

describe("createRetentionMessagingClient() pacing calls", () => {
  test.each<[Pacing | undefined, string, number]>([
    ["auto", "http://127.0.0.1:8788", 0],
    [undefined, "http://127.0.0.1:8788", 0],
    ["off", "https://api.storekit-sandbox.apple.com", 0],
    ["on", "http://127.0.0.1:8788", 1],
    ["auto", "https://api.storekit-sandbox.apple.com", 1],
    [undefined, "https://api.storekit-sandbox.apple.com", 1],
  ])("with %s at %s waits %i times in 37 calls", async (pacing, baseUrl, waits) => {
    const clock = createManualClock();
    const { client } = await createTestClient({
      baseUrl,
      pacing,
      clock,
      fetch: () => Promise.resolve(new Response("{}")),
    });
    for (let call = 0; call < 37; call += 1) await client.getMessageList();
    expect(clock.sleeps).toHaveLength(waits);
  });

  test.each([
    ["production", "Upload Message", 3600],
    ["sandbox", "Upload Message", 360],
    ["production", "Configure Default Message", 36_000],
    ["sandbox", "Configure Default Message", 3600],
  ] as const)("callsPerHour() in %s for %s is %i", (environment, operation, calls) => {
    expect(callsPerHour(environment, operation)).toBe(calls);
  });
});
