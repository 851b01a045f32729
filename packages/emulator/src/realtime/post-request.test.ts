import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { systemClock } from "../clock/clock.ts";
import { answerJson, readRequest, startAnsweringServer } from "../testing/answering-server.ts";
import { textLike } from "../testing/matching.ts";
import { startSelfSignedServer } from "../testing/self-signed-server.ts";
import { postRequest } from "./post-request.ts";

const BODY = { signedPayload: "a.b.c" };
const OPTIONS = { fetch, clock: systemClock, timeoutMs: 5000 };

describe("postRequest()", () => {
  test("posts the body as JSON and returns the whole answer", async () => {
    const seen: unknown[] = [];
    await using server = await startAnsweringServer((request, response) => {
      void readRequest(request).then((body) => {
        seen.push({ method: request.method, type: request.headers["content-type"], body });
        response.writeHead(200, { "content-type": "application/json" });
        return response.end('{"a":1}');
      });
    });
    const { answer, failure, latencyMs } = await postRequest(server.url, BODY, OPTIONS);
    expect(seen).toEqual([
      { method: "POST", type: "application/json", body: JSON.stringify(BODY) },
    ]);
    expect(failure).toBeUndefined();
    expect(latencyMs).toBeGreaterThan(0);
    expect(answer).toMatchObject({ status: 200, contentType: "application/json" });
    expect(Buffer.from(answer?.body ?? []).toString()).toBe('{"a":1}');
  });

  test("returns an answer without a body or a type as it is", async () => {
    await using server = await startAnsweringServer((_request, response) => {
      response.writeHead(503).end();
    });
    const { answer } = await postRequest(server.url, BODY, OPTIONS);
    expect(answer).toEqual({ status: 503, body: Buffer.alloc(0) });
  });

  test("follows no redirect and tries nothing twice", async () => {
    await using elsewhere = await startAnsweringServer(answerJson({}));
    await using server = await startAnsweringServer((_request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    const { answer } = await postRequest(server.url, BODY, OPTIONS);
    expect(answer?.status).toBe(307);
    expect([server.requests.count, elsewhere.requests.count]).toEqual([1, 0]);
  });

  test.each<readonly [string, string, RequestListener]>([
    ["TIMED_OUT", "nothing comes", () => undefined],
    [
      "TIMED_OUT",
      "the body does not end",
      (_request, response) => void response.writeHead(200).write("{"),
    ],
    ["NO_RESPONSE", "the connection closes", (request) => void request.socket.destroy()],
    [
      "PREMATURE_CLOSE",
      "the body breaks off",
      (request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{", () => request.socket.destroy());
      },
    ],
    [
      "INVALID_RESPONSE",
      "it is no HTTP",
      (request) => void request.socket.end("220 mail.example.com\r\n\r\n"),
    ],
    [
      "INVALID_RESPONSE",
      "the body is endless",
      (_request, response) => void response.writeHead(200).end("a".repeat(1024 * 1024 + 1)),
    ],
    [
      "CIRCULAR_REDIRECT",
      "it redirects to itself",
      (_request, response) => void response.writeHead(302, { location: "/" }).end(),
    ],
  ])("fails with %s when %s", async (name, _when, listener) => {
    await using server = await startAnsweringServer(listener);
    const timeoutMs = name === "TIMED_OUT" ? 30 : 5000;
    const { failure, answer } = await postRequest(server.url, BODY, { ...OPTIONS, timeoutMs });
    expect(failure).toBe(name);
    expect(answer).toBeUndefined();
  });

  test("fails with SOCKET_ISSUE when nobody listens", async () => {
    const server = await startAnsweringServer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect(await postRequest(server.url, BODY, OPTIONS)).toMatchObject({ failure: "SOCKET_ISSUE" });
  });

  test("fails with TLS_ISSUE when the certificate is not trusted", async () => {
    await using server = await startSelfSignedServer();
    expect(await postRequest(server.url, BODY, OPTIONS)).toMatchObject({ failure: "TLS_ISSUE" });
  });

  test("fails with OTHER when it is stopped, or the address is no address", async () => {
    await using server = await startAnsweringServer(() => undefined);
    const signal = AbortSignal.abort();
    expect(await postRequest(server.url, BODY, { ...OPTIONS, signal })).toMatchObject({
      failure: "OTHER",
    });
    expect(await postRequest("nowhere", BODY, OPTIONS)).toMatchObject({
      failure: textLike(/^(?:OTHER|SOCKET_ISSUE)$/v),
    });
  });
});
