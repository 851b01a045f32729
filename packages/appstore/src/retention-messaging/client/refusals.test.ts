import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import type { ScriptedAnswer } from "../../http/testing/answering-server.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createTestClient } from "../testing/test-client.ts";

async function refused(answer: ScriptedAnswer) {
  const server = await startScriptedServer(answer);
  const { client } = await createTestClient({ baseUrl: server.baseUrl, maxAttempts: 1 });
  return rejectionOf(client.uploadMessage("m", { header: "h", body: "b" }));
}

describe("createRetentionMessagingClient() refused by Apple", () => {
  test("names the error and says what to do", async () => {
    const body = { errorCode: 4000162, errorMessage: "Apple's words" };
    const error = await refused({ status: 400, body });
    expect(error).toMatchObject({
      code: "APPLE_REFUSED",
      operation: "Upload Message",
      status: 400,
      errorCode: 4000162,
      errorName: "HeaderTooLongError",
      errorMessage: "Apple's words",
      advice: "Shorten the header to 66 characters.",
      retryable: false,
      effect: "none",
    });
    expect(error.message).toBe(
      "Apple refused Upload Message: 400 4000162 HeaderTooLongError: “Apple's words”",
    );
  });

  test("says which key it must be for a 401", async () => {
    const error = await refused({ status: 401, body: "Unauthenticated" });
    expect(error).toMatchObject({ code: "APPLE_UNAUTHORIZED", retryable: false });
    expect(error).toHaveProperty("advice", expect.stringContaining("In-App Purchase key"));
  });

  test("says how to get access for a 404 without an error object", async () => {
    const error = await refused({ status: 404 });
    expect(error).toMatchObject({ code: "APPLE_NO_ACCESS", retryable: false });
    const form = "https://developer.apple.com/contact/request/retention-messaging-api/";
    expect(error).toHaveProperty("advice", expect.stringContaining(form));
  });

  test("says for a 429 what Apple counts, with or without an error object", async () => {
    for (const body of ["", { errorCode: 4290000 }]) {
      const error = await refused({ status: 429, body });
      expect(error).toMatchObject({ code: "APPLE_RATE_LIMITED", retryable: true });
      expect(error).toHaveProperty("advice", expect.stringContaining("per app"));
    }
  });

  test.each([
    [400, 4000299],
    [500, 9990000],
  ])("takes with %i a number it does not know, %i", async (status, errorCode) => {
    const error = await refused({ status, body: { errorCode } });
    expect(error).toMatchObject({ status, errorCode, errorName: undefined });
  });

  test.each([4000299, 4000000])("suspects the texts of a message for %i", async (errorCode) => {
    const error = await refused({ status: 400, body: { errorCode } });
    expect(error).toHaveProperty("advice", expect.stringContaining("emoji"));
  });

  test("repeats where Apple's number says that it passes, whatever the status", async () => {
    const server = await startScriptedServer(
      { status: 404, body: { errorCode: 4040004 } },
      { body: {} },
    );
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await client.getMessageList()).toEqual({});
  });

  test("shows neither key, token nor transaction id", async () => {
    const server = await startScriptedServer({ status: 400, body: { errorCode: 4000006 } });
    const { client, source } = await createTestClient({ baseUrl: server.baseUrl });
    const originalTransactionId = "2000000123456789";
    const error = await rejectionOf(client.initiatePerformanceTest({ originalTransactionId }));
    const token = server.requests[0]?.headers.authorization?.split(" ")[1] ?? "";
    const shown = inspect({ error, client }, { depth: 9, showHidden: true });
    const key = source.privateKey.split("\n")[1] ?? "";
    expect([token.length > 100, key.length]).toEqual([true, 64]);
    for (const secret of [token, originalTransactionId, key]) expect(shown).not.toContain(secret);
  });
});
