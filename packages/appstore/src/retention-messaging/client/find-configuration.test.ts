import { describe, expect, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import type { ScriptedAnswer } from "../../http/testing/answering-server.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createTestClient } from "../testing/test-client.ts";
import { findDefaultMessage, findRealtimeUrl } from "./index.ts";

const PLACE = { productId: "com.example.monthly", locale: "en-US" };

async function clientOf(answer: ScriptedAnswer) {
  const server = await startScriptedServer(answer);
  return (await createTestClient({ baseUrl: server.baseUrl, maxAttempts: 1 })).client;
}

function refusal(errorCode: number): ScriptedAnswer {
  return { status: Math.floor(errorCode / 10_000), body: { errorCode } };
}

describe("findRealtimeUrl()", () => {
  test("returns the URL", async () => {
    const realtimeURL = "https://example.com/retention";
    expect(await findRealtimeUrl(await clientOf({ status: 200, body: { realtimeURL } }))).toBe(
      realtimeURL,
    );
  });

  test("returns null where Apple has none", async () => {
    expect(await findRealtimeUrl(await clientOf(refusal(4040021)))).toBeNull();
  });

  test.each([4040020, 4000002])("throws for another refusal: %i", async (errorCode) => {
    const error = await rejectionOf(findRealtimeUrl(await clientOf(refusal(errorCode))));
    expect(error).toMatchObject({ errorCode });
  });
});

describe("findDefaultMessage()", () => {
  test("returns the message's identifier", async () => {
    const messageIdentifier = "551ee7c0-c097-418e-9dd5-2a98533a7390";
    const client = await clientOf({ status: 200, body: { messageIdentifier } });
    expect(await findDefaultMessage(client, PLACE)).toBe(messageIdentifier);
  });

  test.each([
    ["there is none", 4040020],
    ["Apple does not know the product", 4000023],
    ["Apple does not know the locale", 4000164],
  ])("returns null where %s", async (_, errorCode) => {
    expect(await findDefaultMessage(await clientOf(refusal(errorCode)), PLACE)).toBeNull();
  });

  test.each([4040021, 4000002])("throws for another refusal: %i", async (errorCode) => {
    const error = await rejectionOf(findDefaultMessage(await clientOf(refusal(errorCode)), PLACE));
    expect(error).toMatchObject({ errorCode });
  });
});
