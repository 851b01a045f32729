import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  answerJson,
  type AnsweringServer,
  startAnsweringServer,
} from "../testing/answering-server.ts";
import { anyText, textLike } from "../testing/matching.ts";
import { makePng } from "../testing/make-png.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import { type RunningEmulator, startEmulator } from "./start-emulator.ts";

const NEW = "00000000-0000-4000-8000-0000000000aa";
const IMAGE = "00000000-0000-4000-9000-0000000000aa";
const PUBLIC_URL = "https://retention.example.com/";
const APP = "/emulator/apps/test";
const SANDBOX = `${APP}/sandbox`;
const PRODUCTION = `${APP}/production`;

let server: AnsweringServer;
let emulator: RunningEmulator;
beforeAll(async () => {
  server = await startAnsweringServer(
    answerJson({ message: { messageIdentifier: MESSAGE.plain } }),
  );
  emulator = await startEmulator({
    port: 0,
    apps: [TEST_APP],
    resolve: [{ from: PUBLIC_URL, to: server.url }],
    performanceTest: { totalRequests: 3, totalDuration: 0 },
  });
});
afterAll(async () => {
  await emulator.close();
  await server[Symbol.asyncDispose]();
});

async function call(request: string, body?: unknown) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: encode(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, body: parsed };
}

function encode(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

/** Reads a string out of a response. */
function field(body: unknown, name: string): string {
  const entries: [string, unknown][] = Object.entries(body ?? {});
  const value = entries.find(([key]) => key === name)?.[1];
  if (typeof value !== "string") throw new TypeError(`expected ${name}`);
  return value;
}

describe("the control API", () => {
  test("tells that it is well", async () => {
    expect(await call("GET /healthz")).toEqual({ status: 200, body: { ok: true } });
  });

  test("hands out the root, the apps, and what a client needs", async () => {
    const root = await call("GET /emulator/root-certificate");
    expect(root.body).toBe(emulator.rootCertificatePem);
    expect(new X509Certificate(emulator.rootCertificatePem).ca).toBe(true);
    expect(await call("GET /emulator/apps")).toMatchObject({
      body: { apps: [{ id: "test", groups: TEST_APP.groups, offers: TEST_APP.offers }] },
    });
    expect(await call(`GET ${APP}/credentials`)).toEqual({
      status: 200,
      body: {
        keyId: "TESTKEY001",
        issuerId: TEST_APP.issuerId,
        bundleId: TEST_APP.bundleId,
        appAppleId: TEST_APP.appAppleId,
        sandboxBaseUrl: `${emulator.url}/sandbox`,
        productionBaseUrl: `${emulator.url}/production`,
        originalTransactionId: SUBSCRIBER.monthly,
        productId: "basic.monthly",
        connectKeyId: textLike(/^[0-9A-Z]{10}$/v),
        connectIssuerId: TEST_APP.issuerId,
        connectBaseUrl: `${emulator.url}/connect`,
      },
    });
    expect(await call(`GET ${SANDBOX}/subscribers`)).toMatchObject({
      body: { subscribers: TEST_APP.subscribers },
    });
  });

  test("leads from an upload in production through review to a default, and back", async () => {
    const png = makePng({ width: 3840, height: 160 });
    const image = { imageIdentifier: IMAGE, altText: "a" };
    const content = { header: "h", body: "b", image };
    expect(await call(`PUT ${PRODUCTION}/images/${IMAGE}?imageSize=FULL_SIZE`, png)).toMatchObject({
      status: 200,
      body: { state: "PENDING" },
    });
    expect(await call(`PUT ${PRODUCTION}/messages/${NEW}`, content)).toMatchObject({ status: 200 });
    expect(await call(`GET ${PRODUCTION}/messages`)).toMatchObject({
      body: { messages: [{}, {}, { messageIdentifier: NEW, state: "PENDING" }] },
    });
    const byDefault = `${PRODUCTION}/defaults/basic.yearly/pt-BR`;
    const named = { messageIdentifier: NEW };
    expect(await call(`PUT ${byDefault}`, named)).toMatchObject({ body: { errorCode: 4030017 } });
    const approved = { state: "APPROVED" };
    await call(`POST ${PRODUCTION}/messages/${NEW}/review`, approved);
    expect(await call(`PUT ${byDefault}`, named)).toMatchObject({ body: { errorCode: 4030018 } });
    await call(`POST ${PRODUCTION}/images/${IMAGE}/review`, approved);
    expect(await call(`GET ${PRODUCTION}/images`)).toMatchObject({
      body: { images: [{ imageIdentifier: IMAGE, state: "APPROVED", imageSize: "FULL_SIZE" }] },
    });
    expect(await call(`PUT ${byDefault}`, named)).toMatchObject({ status: 200 });
    expect(await call(`GET ${PRODUCTION}/defaults`)).toMatchObject({
      body: { defaults: [{}, { productId: "basic.yearly", locale: "pt-BR" }] },
    });
    expect(await call(`DELETE ${byDefault}`)).toMatchObject({ status: 204 });
    expect(await call(`DELETE ${PRODUCTION}/messages/${NEW}`)).toMatchObject({ status: 204 });
    expect(await call(`DELETE ${PRODUCTION}/images/${IMAGE}`)).toMatchObject({ status: 204 });
  });

  test("leads from a URL through a performance test to a page, and a tap", async () => {
    expect(await call(`GET ${SANDBOX}/realtime-url`)).toMatchObject({ status: 404 });
    const url = { realtimeURL: `${PUBLIC_URL}test` };
    expect(await call(`PUT ${SANDBOX}/realtime-url`, url)).toEqual({ status: 200, body: url });
    expect(await call(`GET ${SANDBOX}/realtime-url`)).toEqual({ status: 200, body: url });
    expect(await call(`PUT ${PRODUCTION}/realtime-url`, url)).toMatchObject({
      status: 403,
      body: { errorCode: 4030026 },
    });
    const tested = { originalTransactionId: SUBSCRIBER.monthly };
    const started = await call(`POST ${APP}/performance-tests`, tested);
    expect(started).toMatchObject({ status: 201, body: { config: { totalRequests: 3 } } });
    const requestId = field(started.body, "requestId");
    await emulator.performanceTestFinished("test", requestId);
    expect(await call(`GET ${APP}/performance-tests/${requestId}`)).toMatchObject({
      status: 200,
      body: { result: "PASS", numPending: 0 },
    });
    expect(await call(`PUT ${PRODUCTION}/realtime-url`, url)).toMatchObject({ status: 200 });
    const sheet = { ...tested, overrides: { userLocale: "en-US" } };
    const view = await call(`POST ${PRODUCTION}/cancel-sheets`, sheet);
    expect(view).toMatchObject({
      status: 201,
      body: { outcome: "SUCCESS", shown: { source: "realtime" } },
    });
    const viewId = field(view.body, "viewId");
    expect(await call(`POST /emulator/cancel-sheets/${viewId}/tap`)).toMatchObject({
      status: 200,
      body: { shown: { source: "realtime" } },
    });
    expect(await call("GET /emulator/counts")).toMatchObject({
      body: { views: 1, requests: 1, accepted: 1, impressions: 1 },
    });
    expect(await call(`DELETE ${PRODUCTION}/realtime-url`)).toMatchObject({ status: 204 });
  });

  test("grants a pass without a test", async () => {
    expect(await call(`POST ${APP}/performance-test-pass`)).toMatchObject({ status: 204 });
  });

  test("hands out a signed request to post by hand", async () => {
    const about = { originalTransactionId: SUBSCRIBER.monthly };
    const good = await call(`POST ${SANDBOX}/signed-requests`, about);
    expect(good.body).toEqual({
      signedPayload: textLike(/^[\w\-]+\.[\w\-]+\.[\w\-]+$/v),
    });
    const odd = await call(`POST ${SANDBOX}/signed-requests`, {
      ...about,
      oddChain: "foreignRoot",
    });
    expect(headerOf(odd.body)).not.toEqual(headerOf(good.body));
  });

  test("sets App Store Connect's message, and takes it away", async () => {
    const address = `${SANDBOX}/app-store-connect-messages/basic.monthly`;
    const message = {
      referenceName: "Connect",
      localizations: { "en-US": { header: "h", body: "b" } },
      retentionOffer: { offerIdentifier: "O", mode: "FREE_TRIAL", period: "P3M" },
    };
    expect(await call(`PUT ${address}`, message)).toEqual({
      status: 200,
      body: { ...message, state: "APPROVED" },
    });
    expect(await call(`DELETE ${address}`)).toMatchObject({ status: 204 });
  });

  test("changes what the OCSP responder says", async () => {
    const change = { mode: "slow", delayMs: 1, status: { leaf: "revoked" } };
    const expected = { ...change, status: { leaf: "revoked", intermediate: "good" } };
    expect(await call("PATCH /emulator/ocsp", change)).toEqual({ status: 200, body: expected });
    expect(await call("GET /emulator/ocsp")).toEqual({ status: 200, body: expected });
  });

  const about = { originalTransactionId: SUBSCRIBER.monthly };
  const refused: readonly (readonly [number, string, string, unknown?])[] = [
    [404, "PATH_UNKNOWN", "GET /emulator/nothing"],
    [404, "PATH_UNKNOWN", "DELETE /healthz"],
    [404, "APP_UNKNOWN", "GET /emulator/apps/nobody/credentials"],
    [404, "APP_UNKNOWN", "GET /emulator/apps/nobody/sandbox/messages"],
    [404, "ENVIRONMENT_UNKNOWN", "GET /emulator/apps/test/xcode/messages"],
    [404, "SUBSCRIBER_UNKNOWN", `POST ${SANDBOX}/cancel-sheets`, { originalTransactionId: "1" }],
    [404, "VIEW_UNKNOWN", "POST /emulator/cancel-sheets/x/tap"],
    [404, "REALTIME_URL_NOT_FOUND", `GET ${PRODUCTION}/realtime-url`],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/cancel-sheets`],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/cancel-sheets`, "{"],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/cancel-sheets`, []],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/cancel-sheets`, { originalTransactionId: 1 }],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/cancel-sheets`, { ...about, overrides: 1 }],
    [
      400,
      "INPUT_INVALID",
      `POST ${SANDBOX}/cancel-sheets`,
      { ...about, overrides: { signedDate: "now" } },
    ],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/signed-requests`, { ...about, oddChain: "very" }],
    [400, "INPUT_INVALID", `POST ${SANDBOX}/messages/${MESSAGE.plain}/review`, { state: "MAYBE" }],
    [400, "INPUT_INVALID", `PUT ${SANDBOX}/images/${IMAGE}?imageSize=HUGE`, "x"],
    [400, "INPUT_INVALID", `PUT ${SANDBOX}/realtime-url`, { realtimeURL: 1 }],
    [400, "INPUT_INVALID", "PATCH /emulator/ocsp", { mode: "off" }],
    [400, "INPUT_INVALID", "PATCH /emulator/ocsp", { delayMs: -1 }],
    [400, "INPUT_INVALID", "PATCH /emulator/ocsp", { status: { leaf: "fine" } }],
    [
      400,
      "INPUT_INVALID",
      `PUT ${SANDBOX}/app-store-connect-messages/basic.monthly`,
      { referenceName: "Connect", localizations: {} },
    ],
    [413, "BODY_TOO_LARGE", "POST /ocsp/root", "x".repeat(16 * 1024 + 1)],
    [400, "GENERAL_BAD_REQUEST", `PUT ${SANDBOX}/messages/${NEW}`, { header: "h" }],
    [
      400,
      "HEADER_TOO_LONG",
      `PUT ${SANDBOX}/messages/${NEW}`,
      { header: "h".repeat(67), body: "" },
    ],
    [400, "INVALID_IMAGE", `PUT ${SANDBOX}/images/${IMAGE}`, "x"],
    [
      400,
      "INVALID_TRANSACTION_ID",
      `POST ${APP}/performance-tests`,
      { originalTransactionId: "1" },
    ],
    [400, "INVALID_REQUEST_ID", `GET ${APP}/performance-tests/1`],
  ];
  test.each(refused.map(([status, code, request, body]) => ({ status, code, request, body })))(
    "answers $status $code to $request $body",
    async ({ status, code, request, body }) => {
      const answer = await call(request, body);
      expect(answer).toMatchObject({ status, body: { code, message: anyText } });
    },
  );

  test("refuses to be addressed by a name that others control", async () => {
    const response = await emulator.fetch(new Request("http://attacker.example:8788/healthz"));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "ADDRESS_NOT_LOOPBACK" });
  });

  test.each([
    ["on the web", { origin: "https://a.example" }],
    ["without an origin", { origin: "null" }],
    ["on another port of this machine", { origin: "http://127.0.0.1:3000" }],
    ["on this machine by another name", { origin: "http://localhost:8788" }],
    ["of another scheme", { origin: "https://127.0.0.1:8788" }],
    ["that loads it as a picture, from the web", { "sec-fetch-site": "cross-site" }],
    ["that loads it as a picture, from this machine", { "sec-fetch-site": "same-site" }],
  ])("refuses a page %s", async (_what, headers) => {
    const request = { method: "PUT", headers, body: '{"faults":[]}' };
    const response = await emulator.fetch(
      new Request("http://127.0.0.1:8788/emulator/faults", request),
    );
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "ORIGIN_REFUSED", message: anyText });
  });

  test.each([
    ["a program", {}],
    ["its own page", { origin: "http://127.0.0.1:8788", "sec-fetch-site": "same-origin" }],
    ["a typed address", { "sec-fetch-site": "none" }],
  ])("answers %s", async (_what, headers) => {
    const response = await emulator.fetch(
      new Request("http://127.0.0.1:8788/emulator/faults", { headers }),
    );
    expect(response.status).toBe(200);
  });
});

function headerOf(body: unknown): string | undefined {
  return field(body, "signedPayload").split(".")[0];
}
