import { describe, expect, test } from "vitest";
import { rejectionOf, thrownBy } from "../signed-data/testing/thrown-by.ts";
import { AppleApiError, createApiTransport } from "./index.ts";
import type { ApiFetch, ApiWait } from "./index.ts";
import { startScriptedServer } from "./testing/answering-server.ts";
import type { ScriptedAnswer } from "./testing/answering-server.ts";
import { closedBaseUrl } from "./testing/closed-port.ts";
import { createManualClock, createStandingClock } from "./testing/manual-clock.ts";
import { createTestTransport, READ, WRITE } from "./testing/test-transport.ts";

const THING = { id: "1", unknownField: [1, null, "x"] };
const OK: ScriptedAnswer = { body: THING };
const FAILED: ScriptedAnswer = {
  status: 500,
  body: { errorCode: 5000000, errorMessage: "An unknown error occurred." },
};
const LIMITED: ScriptedAnswer = { status: 429, body: { errorCode: 4290000 } };

describe("createApiTransport().send()", () => {
  test("sends one request with its token, headers, path, query and body", async () => {
    const server = await startScriptedServer(OK);
    const { transport } = createTestTransport({ baseUrl: `${server.baseUrl}/prefix/` });
    const answer = await transport.send({
      ...WRITE,
      method: "PUT",
      path: ["a/b", "ü ?#%", "en-US"],
      query: new URLSearchParams([
        ["filter[x]", "1&2"],
        ["filter[x]", "3"],
      ]),
    });
    expect(answer).toMatchObject({ status: 200, body: THING });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: "PUT",
      url: "/prefix/a%2Fb/%C3%BC%20%3F%23%25/en-US?filter%5Bx%5D=1%262&filter%5Bx%5D=3",
      headers: {
        authorization: "Bearer a.test.token",
        accept: "application/json",
        "content-type": "application/json",
        "user-agent": "holdfast",
      },
    });
    expect(server.requests[0]?.body.toString()).toBe('{"name":"thing"}');
  });

  test("sends bytes as they are under their own type", async () => {
    const server = await startScriptedServer({});
    const { transport } = createTestTransport({
      baseUrl: server.baseUrl,
      userAgent: "holdfast/1.2.3",
    });
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const body = { bytes, contentType: "image/png" };
    expect((await transport.send({ ...WRITE, body })).body).toBeUndefined();
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      "content-type": "image/png",
      "content-length": "70000",
      "user-agent": "holdfast/1.2.3",
    });
    expect(request?.body.equals(bytes)).toBe(true);
  });

  test("asks for a token for every attempt", async () => {
    const server = await startScriptedServer(FAILED, OK);
    let tokens = 0;
    const token = () => Promise.resolve(`token.${(tokens += 1)}`);
    await createTestTransport({ baseUrl: server.baseUrl, token }).transport.send(READ);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token.1",
      "Bearer token.2",
    ]);
  });

  test("passes on what making the token throws", async () => {
    const { transport } = createTestTransport({
      baseUrl: "http://127.0.0.1:9",
      token: () => Promise.reject(new RangeError("no key")),
    });
    await expect(transport.send(READ)).rejects.toThrow(RangeError);
  });

  test.each(["", ".", "..", "\uD800"])("refuses the path segment %j", async (segment) => {
    const server = await startScriptedServer(OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    const error = await rejectionOf(transport.send({ ...READ, path: ["things", segment] }));
    expect(error.code).toBe("PATH_SEGMENT_INVALID");
    expect(server.requests).toHaveLength(0);
  });

  test("does not follow a redirect, which would take the token along", async () => {
    const elsewhere = await startScriptedServer(OK);
    const server = await startScriptedServer({
      status: 307,
      headers: { location: elsewhere.baseUrl },
    });
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send(WRITE))).toMatchObject({
      code: "APPLE_ANSWER_MALFORMED",
      status: 307,
      retryable: false,
      effect: "unknown",
    });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

describe("createApiTransport() when it is read-only", () => {
  test("refuses what writes before it makes a token or connects", async () => {
    const server = await startScriptedServer(OK);
    let tokens = 0;
    const token = () => Promise.resolve(`token.${(tokens += 1)}`);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, readOnly: true, token });
    expect(await rejectionOf(transport.send(WRITE))).toMatchObject({
      name: "PolicyError",
      code: "READ_ONLY",
    });
    expect([server.requests.length, tokens]).toEqual([0, 0]);
  });

  test("lets GET through, and a POST that only reads", async () => {
    const server = await startScriptedServer(OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, readOnly: true });
    await transport.send(READ);
    await transport.send({ ...WRITE, reads: true });
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });
});

describe("createApiTransport() repeating calls", () => {
  test.each<[string, ScriptedAnswer]>([
    ["a 429", LIMITED],
    ["a 500", FAILED],
    ["a 503 of a proxy", { status: 503, body: "<html>" }],
    ["a lost connection", "drop"],
  ])("repeats a read after %s", async (_, failure) => {
    const server = await startScriptedServer(failure, failure, OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect((await transport.send(READ)).body).toEqual(THING);
    expect(server.requests).toHaveLength(3);
  });

  test("tries four times in all, waiting up to twice as long each time", async () => {
    const server = await startScriptedServer(FAILED);
    const { transport, clock } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send(READ))).toMatchObject({
      code: "APPLE_FAILED",
      retryable: true,
    });
    expect(server.requests).toHaveLength(4);
    expect(clock.sleeps).toEqual([999, 1999, 3999]);
  });

  test.each<[string, ScriptedAnswer]>([
    ["a 500", FAILED],
    ["a lost connection", "drop"],
    ["no answer in time", "hang"],
    ["no JSON", { body: "<html>" }],
  ])("knows that a read has no effect after %s", async (_, failure) => {
    const server = await startScriptedServer(failure);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, maxAttempts: 1 });
    const { method, body } = WRITE;
    for (const request of [READ, { ...READ, method, body, reads: true }]) {
      const error = await rejectionOf(transport.send({ ...request, timeoutMs: 20 }));
      expect(error).toHaveProperty("effect", "none");
    }
  });

  test("repeats a POST that only reads", async () => {
    const server = await startScriptedServer("drop", OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect((await transport.send({ ...WRITE, reads: true })).body).toEqual(THING);
  });

  test("tries as often as it is told", async () => {
    const server = await startScriptedServer(FAILED);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, maxAttempts: 1 });
    await rejectionOf(transport.send(READ));
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, ScriptedAnswer, object]>([
    ["a 500", FAILED, { code: "APPLE_FAILED", effect: "unknown", retryable: false }],
    ["a lost connection", "drop", { code: "APPLE_CONNECTION_LOST", effect: "unknown" }],
    ["a 400", { status: 400 }, { code: "APPLE_REFUSED", effect: "none", retryable: false }],
  ])("does not repeat a write after %s", async (_, failure, expected) => {
    const server = await startScriptedServer(failure, OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send(WRITE))).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  test("repeats a write after a 429, which was not carried out", async () => {
    const server = await startScriptedServer(LIMITED, OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    await transport.send(WRITE);
    expect(server.requests).toHaveLength(2);
  });

  test("repeats a write when no connection could be made", async () => {
    const server = await startScriptedServer(OK);
    const closed = await closedBaseUrl();
    const urls = [closed, closed, server.baseUrl];
    const viaClosed: ApiFetch = (url, init) =>
      fetch(url.replace(server.baseUrl, urls.shift() ?? ""), init);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, fetch: viaClosed });
    await transport.send(WRITE);
    expect([server.requests.length, urls.length]).toEqual([1, 0]);
  });

  test("says that the effect is unknown when any attempt's is", async () => {
    const server = await startScriptedServer("drop", { status: 404 });
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send({ ...WRITE, idempotent: true }))).toMatchObject({
      code: "APPLE_REFUSED",
      status: 404,
      effect: "unknown",
    });
  });

  test("repeats a 404 where the API's errors say that it passes", async () => {
    const server = await startScriptedServer({ status: 404, body: { errorCode: 4040004 } }, OK);
    const { transport } = createTestTransport({
      baseUrl: server.baseUrl,
      describeError: () => ({ errorName: "AppNotFoundRetryableError", retryable: true }),
    });
    expect((await transport.send(READ)).status).toBe(200);
  });
});

/** A 429 with the moment until which it holds, in milliseconds since 1970. */
function limitedUntil(moment: number): ScriptedAnswer {
  return { status: 429, headers: { "retry-after": String(moment) } };
}

describe("createApiTransport() with Retry-After", () => {
  const start = createManualClock().now();
  test("waits until the moment Apple names, in UNIX milliseconds", async () => {
    const server = await startScriptedServer(limitedUntil(start + 30_000), OK);
    const waits: ApiWait[] = [];
    const { transport, clock } = createTestTransport({
      baseUrl: server.baseUrl,
      onWait: (wait) => waits.push(wait),
    });
    await transport.send(READ);
    expect(clock.sleeps).toEqual([30_000]);
    expect(waits).toEqual([
      { operation: "Get Thing", reason: "retry", until: start + 30_000, attempt: 2 },
    ]);
  });

  test("fails at once with that moment when it is too far away", async () => {
    const server = await startScriptedServer(limitedUntil(start + 60_001), OK);
    const { transport, clock } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send(READ))).toMatchObject({
      code: "APPLE_RATE_LIMITED",
      retryAt: start + 60_001,
      retryable: true,
      effect: "none",
    });
    expect([server.requests.length, clock.sleeps.length]).toEqual([1, 0]);
  });

  test("counts all the waits of a call", async () => {
    const server = await startScriptedServer(
      limitedUntil(start + 40_000),
      limitedUntil(start + 80_000),
      OK,
    );
    const { transport, clock } = createTestTransport({ baseUrl: server.baseUrl });
    expect(await rejectionOf(transport.send(READ))).toMatchObject({ retryAt: start + 80_000 });
    expect(clock.sleeps).toEqual([40_000]);
  });

  test("waits longer when it is told to", async () => {
    const server = await startScriptedServer(limitedUntil(start + 3_600_000), OK);
    const { transport, clock } = createTestTransport({
      baseUrl: server.baseUrl,
      longestWaitMs: 3_600_000,
    });
    await transport.send(READ);
    expect(clock.sleeps).toEqual([3_600_000]);
  });

  test("does not come back at once when the moment has passed", async () => {
    const server = await startScriptedServer(limitedUntil(start - 5000), OK);
    const { transport, clock } = createTestTransport({ baseUrl: server.baseUrl });
    await transport.send(READ);
    expect(clock.sleeps).toEqual([999]);
  });
});

describe("createApiTransport() with a caller who ends the call", () => {
  test("sends nothing when it was ended before", async () => {
    const server = await startScriptedServer(OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    const reason = new Error("the user pressed ^C");
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(transport.send({ ...WRITE, signal }))).toMatchObject({
      code: "REQUEST_ABORTED",
      effect: "none",
      cause: reason,
    });
    expect(server.requests).toHaveLength(0);
  });

  test("does not know what became of a request under way", async () => {
    const controller = new AbortController();
    const server = await startScriptedServer(() => controller.abort());
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    const { signal } = controller;
    expect(await rejectionOf(transport.send({ ...WRITE, signal }))).toMatchObject({
      code: "REQUEST_ABORTED",
      effect: "unknown",
      retryable: false,
    });
  });

  test.each([
    ["a 429, with no effect", LIMITED, "none"],
    ["a 500, with an unknown effect", FAILED, "unknown"],
  ] as const)("ends the wait after %s", async (_, failure, effect) => {
    const server = await startScriptedServer(failure);
    const controller = new AbortController();
    const transport = createApiTransport({
      baseUrl: server.baseUrl,
      token: () => Promise.resolve("t"),
      clock: createStandingClock(),
      onWait: () => queueMicrotask(() => controller.abort()),
    });
    const { signal } = controller;
    const call = transport.send({ ...WRITE, idempotent: true, signal });
    expect(await rejectionOf(call)).toMatchObject({ code: "REQUEST_ABORTED", effect });
    expect(server.requests).toHaveLength(1);
  });

  test("lets go of the caller's signal after each attempt", async () => {
    const server = await startScriptedServer(FAILED, OK);
    const { transport } = createTestTransport({ baseUrl: server.baseUrl });
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    await transport.send({ ...READ, signal });
    expect(listeners()).toEqual({ added: 2, removed: 2 });
  });
});

/** Counts what listens to a signal and what lets go of it. */
function countListeners(signal: AbortSignal): () => { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => {
      added += 1;
      add(...args);
    },
    removeEventListener: (...args: Parameters<typeof remove>) => {
      removed += 1;
      remove(...args);
    },
  });
  return () => ({ added, removed });
}

describe("createApiTransport() in time", () => {
  test("gives up on an answer that does not come", async () => {
    const server = await startScriptedServer("hang");
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, timeoutMs: 20 });
    expect(await rejectionOf(transport.send(WRITE))).toMatchObject({
      code: "APPLE_TIMEOUT",
      effect: "unknown",
      retryable: false,
    });
  });

  test("gives up on a body that does not end", async () => {
    const server = await startScriptedServer((response) => {
      response.writeHead(200);
      response.write('{"half":');
    });
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, maxAttempts: 1 });
    const error = await rejectionOf(transport.send({ ...READ, timeoutMs: 20 }));
    expect(error).toMatchObject({ code: "APPLE_TIMEOUT", retryable: true });
  });

  test("repeats a read that was too slow", async () => {
    const server = await startScriptedServer("hang", OK);
    let attempts = 0;
    // The second attempt has all the time it needs, however busy the machine is.
    const patient: ApiFetch = (url, init) =>
      fetch(url, (attempts += 1) === 1 ? init : { headers: init.headers ?? {} });
    const { transport } = createTestTransport({ baseUrl: server.baseUrl, fetch: patient });
    expect((await transport.send({ ...READ, timeoutMs: 20 })).body).toEqual(THING);
    expect(attempts).toBe(2);
  });
});

test.each([
  ["timeoutMs", { timeoutMs: 0 }],
  ["timeoutMs", { timeoutMs: 2 ** 31 }],
  ["maxAttempts", { maxAttempts: 0 }],
  ["maxAttempts", { maxAttempts: 1.5 }],
  ["longestWaitMs", { longestWaitMs: -1 }],
  ["longestWaitMs", { longestWaitMs: Number.NaN }],
])("createApiTransport() refuses %s of %o", (name, options) => {
  const error = thrownBy(() => createTestTransport({ baseUrl: "https://127.0.0.1", ...options }));
  expect(error).toMatchObject({ name: "UsageError", code: "API_OPTION_INVALID" });
  expect(error.message).toContain(name);
});

test("AppleApiError.withFacts() keeps everything but what is replaced", () => {
  const facts = { operation: "Get Thing", status: 404, errorCode: 4040015, errorName: "N" };
  const rest = { errorMessage: "m", advice: "a", retryable: true, retryAt: 7 };
  const cause = new Error("why");
  const error = new AppleApiError("APPLE_REFUSED", "text", {
    ...facts,
    ...rest,
    effect: "none",
    cause,
  });
  const changed = error.withFacts({ effect: "unknown" });
  expect(changed).toMatchObject({ code: "APPLE_REFUSED", message: "text", cause });
  expect(changed).toMatchObject({ ...facts, ...rest, effect: "unknown" });
});
