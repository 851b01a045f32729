import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { parseAppleErrorObject } from "./index.ts";
import type { ApiFetch } from "./index.ts";
import { cleanText } from "./clean-text.ts";
import { startScriptedServer } from "./testing/answering-server.ts";
import type { ScriptedAnswer } from "./testing/answering-server.ts";
import { createTestTransport, READ, WRITE } from "./testing/test-transport.ts";

const TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl";
const TRANSACTION_ID = "2000000123456789";

async function failureFor(answer: ScriptedAnswer) {
  const server = await startScriptedServer(answer);
  const { transport } = createTestTransport({ baseUrl: server.baseUrl, maxAttempts: 1 });
  return rejectionOf(transport.send({ ...WRITE, idempotent: true }));
}

describe("createApiTransport() for a failed answer", () => {
  test.each<[number, string, object]>([
    [400, "APPLE_REFUSED", { effect: "none", retryable: false }],
    [401, "APPLE_UNAUTHORIZED", { effect: "none", retryable: false }],
    [403, "APPLE_REFUSED", { effect: "none", retryable: false }],
    [404, "APPLE_REFUSED", { effect: "none", retryable: false }],
    [409, "APPLE_REFUSED", { effect: "none", retryable: false }],
    [429, "APPLE_RATE_LIMITED", { effect: "none", retryable: true }],
    [500, "APPLE_FAILED", { effect: "unknown", retryable: true }],
    [503, "APPLE_FAILED", { effect: "unknown", retryable: true }],
  ])("makes of %i an error %s", async (status, code, facts) => {
    expect(await failureFor({ status })).toMatchObject({
      name: "AppleApiError",
      code,
      status,
      operation: "Make Thing",
      ...facts,
    });
  });

  test.each([
    [302, "Apple gave no answer to Make Thing: 302"],
    [409, "Apple refused Make Thing: 409"],
    [503, "Apple failed at Make Thing: 503"],
  ])("says in words what %i is", async (status, message) => {
    expect((await failureFor({ status })).message).toBe(message);
  });

  test.each([4040015, "4040015"])("reads Apple's number %j and words", async (errorCode) => {
    const error = await failureFor({
      status: 404,
      body: { errorCode, errorMessage: "Not\u0000 found.\r\nReally\u202E!" },
    });
    expect(error).toMatchObject({ errorCode: 4040015, errorMessage: "Not found. Really !" });
    expect(error.message).toBe("Apple refused Make Thing: 404 4040015: “Not found. Really !”");
  });

  test.each<[string, ScriptedAnswer]>([
    ["a page", { status: 502, body: "<html>Bad gateway</html>" }],
    ["a text that says it is JSON", { status: 502, body: '{"errorCode":' }],
    ["more than it reads", { status: 502, body: `"${"x".repeat(70_000)}"` }],
    ["a body that breaks off", breaksOff(502)],
  ])("keeps the status when the body is %s", async (_, answer) => {
    expect(await failureFor(answer)).toMatchObject({
      code: "APPLE_FAILED",
      status: 502,
      errorCode: undefined,
      errorMessage: undefined,
    });
  });

  test("never shows a token, a body or a transaction id", async () => {
    const server = await startScriptedServer({
      status: 400,
      body: {
        errorCode: 4000000,
        errorMessage: `Authorization: Bearer ${TOKEN} for ${TRANSACTION_ID}`,
      },
    });
    const { transport } = createTestTransport({
      baseUrl: server.baseUrl,
      token: () => Promise.resolve(TOKEN),
    });
    const request = { ...WRITE, path: ["subscriptions", TRANSACTION_ID] };
    const error = await rejectionOf(
      transport.send({ ...request, body: { json: { originalTransactionId: TRANSACTION_ID } } }),
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TRANSACTION_ID);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN.slice(0, 20));
    expect(error.message).toContain("Authorization: Bearer … for …");
  });

  test("does not pass on what fetch threw", async () => {
    const telling: ApiFetch = () => Promise.reject(new TypeError(`cannot send Bearer ${TOKEN}`));
    const { transport } = createTestTransport({ baseUrl: "https://127.0.0.1", fetch: telling });
    const error = await rejectionOf(transport.send(READ));
    expect(error.code).toBe("APPLE_CONNECTION_LOST");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN.slice(0, 20));
  });
});

describe("createApiTransport() for a success", () => {
  test.each<[string, ScriptedAnswer]>([
    ["no JSON", { body: "<html>" }],
    ["half of it", { body: '{"a":' }],
    ["no UTF-8", (response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ["more than 16 MiB", { body: `"${"x".repeat(16 * 1024 * 1024)}"` }],
  ])("refuses a body of %s", async (_, answer) => {
    expect(await failureFor(answer)).toMatchObject({
      code: "APPLE_ANSWER_MALFORMED",
      retryable: false,
      effect: "unknown",
    });
  });

  test.each<[string, ScriptedAnswer, unknown]>([
    ["none", { status: 204 }, undefined],
    ["space", { body: " \n" }, undefined],
    ["JSON without its type", { body: '{"a":1}' }, { a: 1 }],
    ["JSON of another type", { body: "[1]", headers: { "content-type": "text/plain" } }, [1]],
  ])("takes a body of %s", async (_, answer, body) => {
    const server = await startScriptedServer(answer);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect((await transport.send(READ)).body).toEqual(body);
  });

  test("takes a connection for lost when the body breaks off", async () => {
    expect(await failureFor(breaksOff(200))).toMatchObject({ code: "APPLE_CONNECTION_LOST" });
  });

  test.each<[string, ScriptedAnswer, unknown]>([
    ["JSON", { body: { a: 1 } }, { a: 1 }],
    ["no JSON", { body: "done" }, undefined],
    ["a body that breaks off", breaksOff(200), undefined],
  ])("takes %s where anything will do", async (_, answer, body) => {
    const server = await startScriptedServer(answer);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect((await transport.send({ ...WRITE, answer: "anything" })).body).toEqual(body);
  });
});

/** Begins a body, and ends the connection. */
function breaksOff(status: number): ScriptedAnswer {
  return (response) => {
    response.writeHead(status, { "content-length": "100" });
    response.write('{"errorCode":', () => response.destroy());
  };
}

describe("parseAppleErrorObject()", () => {
  test.each([
    [{ errorCode: 4000161 }, { errorCode: 4000161, errorMessage: undefined }],
    [
      { errorCode: "9990000", errorMessage: "x" },
      { errorCode: 9990000, errorMessage: "x" },
    ],
    [
      { errorCode: 1, errorMessage: 5 },
      { errorCode: 1, errorMessage: undefined },
    ],
    [{ errorCode: "4.5" }, undefined],
    [{ errorCode: -1 }, undefined],
    [{ errorCode: 1.5 }, undefined],
    [{ errorMessage: "x" }, undefined],
    [[], undefined],
    ["4000161", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("reads %j", (body, expected) => {
    expect(parseAppleErrorObject(body)).toEqual(expected);
  });
});

describe("cleanText()", () => {
  test("keeps one short line without control characters of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
        const clean = cleanText(text) ?? "";
        expect(clean.length).toBeLessThanOrEqual(500);
        expect(clean).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test("leaves nothing of a token that is longer than the text may be", () => {
    const token = `eyJ${"a".repeat(600)}.eyJ${"b".repeat(600)}.${"c".repeat(600)}`;
    expect(cleanText(`Bearer ${token}`)).toBe("Bearer …");
    // Cut off in the middle of its first part.
    expect(cleanText(`${" ".repeat(7900)}Bearer ${token}`)).toBe("Bearer …");
  });
});
