import { describe, expect, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createTestClient, TEST_CONFIG, TEST_RESULT } from "../testing/test-client.ts";
import type { RetentionMessagingClient } from "./index.ts";

type Call = (client: RetentionMessagingClient) => Promise<unknown>;

const getImageList: Call = (client) => client.getImageList();
const getMessageList: Call = (client) => client.getMessageList();
const getDefaultMessage: Call = (client) =>
  client.getDefaultMessage({ productId: "p", locale: "en-US" });
const getRealtimeUrl: Call = (client) => client.getRealtimeUrl();
const initiate: Call = (client) => client.initiatePerformanceTest({ originalTransactionId: "1" });
const getResults: Call = (client) => client.getPerformanceTestResults("r");

async function answered(call: Call, body: unknown): Promise<unknown> {
  const server = await startScriptedServer({ body });
  const { client } = await createTestClient({ baseUrl: server.baseUrl });
  return call(client);
}

describe("createRetentionMessagingClient() reading answers", () => {
  test.each<[string, Call, unknown, unknown]>([
    ["no list of images", getImageList, {}, {}],
    ["no list of messages", getMessageList, { other: 1 }, { other: 1 }],
    ["an empty list", getMessageList, { messageIdentifiers: [] }, { messageIdentifiers: [] }],
    ["null for a list", getImageList, { imageIdentifiers: null, other: 1 }, { other: 1 }],
    ["no failures", getResults, { ...TEST_RESULT, failures: {} }, { ...TEST_RESULT, failures: {} }],
  ])("takes %s", async (_, call, body, expected) => {
    expect(await answered(call, body)).toEqual(expected);
  });

  test.each<[string, Call, unknown, string]>([
    ["an empty body", getImageList, "", "the body to be an object; got nothing"],
    ["a list instead of an object", getMessageList, [], "the body to be an object; got an array"],
    ["null", getRealtimeUrl, "null", "the body to be an object; got null"],
    ["a list that is none", getImageList, { imageIdentifiers: {} }, "imageIdentifiers to be an"],
    [
      "an item that is no object",
      getMessageList,
      { messageIdentifiers: ["x"] },
      "messageIdentifiers[0] to be an object",
    ],
    [
      "an item without its state",
      getMessageList,
      {
        messageIdentifiers: [
          { messageIdentifier: "a", messageState: "X" },
          { messageIdentifier: "b" },
        ],
      },
      "messageIdentifiers[1].messageState to be a string; got nothing",
    ],
    [
      "a size that is a number",
      getImageList,
      { imageIdentifiers: [{ imageIdentifier: "a", imageState: "X", imageSize: 5 }] },
      "imageIdentifiers[0].imageSize",
    ],
    ["no message", getDefaultMessage, {}, "messageIdentifier to be a string"],
    ["no URL", getRealtimeUrl, { realtimeURL: null }, "realtimeURL to be a string; got null"],
    ["no request", initiate, { config: TEST_CONFIG }, "requestId"],
    ["no configuration", initiate, { requestId: "r" }, "config to be an object"],
    [
      "a configuration of texts",
      initiate,
      { requestId: "r", config: { ...TEST_CONFIG, totalRequests: "100" } },
      "config.totalRequests to be a number",
    ],
    ["no result", getResults, { ...TEST_RESULT, result: undefined }, "result"],
    [
      "no times",
      getResults,
      { ...TEST_RESULT, responseTimes: { p50: 1 } },
      "responseTimes.average",
    ],
    [
      "a failure without its count",
      getResults,
      { ...TEST_RESULT, failures: { A: "1" } },
      "failures.A",
    ],
  ])("refuses %s and says where it is wrong", async (_, call, body, expected) => {
    const error = await rejectionOf(answered(call, body));
    expect(error).toMatchObject({ code: "APPLE_ANSWER_MALFORMED", retryable: false });
    expect(error.message).toContain(`expected ${expected}`);
    // Only this call changes something: the test has begun.
    expect(error).toHaveProperty("effect", call === initiate ? "unknown" : "none");
  });
});
