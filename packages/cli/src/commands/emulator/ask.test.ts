import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

const YOGA = { app: "yoga", environment: "sandbox" } as const;
const PUBLIC_URL = "https://retention.example.com/";
const STAY = "00000000-0000-4000-8000-0000000000aa";
const USUAL = "00000000-0000-4000-8000-0000000000bb";
const GOOD_ANSWER = { status: 200, body: { message: { messageIdentifier: STAY } } };

let emulator: RunningEmulator;
let answer: { readonly status: number; readonly body?: unknown } = GOOD_ANSWER;
const endpoint = createServer((_request, response) => {
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(JSON.stringify(answer.body));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    endpoint.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = endpoint.address() as AddressInfo;
  const resolve = [{ from: PUBLIC_URL, to: `http://127.0.0.1:${port}/` }];
  emulator = await startEmulator({ port: 0, resolve, answerTimeoutMs: 10_000 });
  emulator.uploadMessage(YOGA, STAY, { header: "Stay with us", body: "Your classes go on." });
  emulator.uploadMessage(YOGA, USUAL, { header: "Before you go", body: "Think again." });
  const productId = "yoga.monthly";
  emulator.configureDefault(YOGA, { productId, locale: "en-US", messageIdentifier: USUAL });
  emulator.configureRealtimeUrl(YOGA, PUBLIC_URL);
});
beforeEach(() => {
  answer = GOOD_ANSWER;
});
afterAll(async () => {
  await emulator.close();
  await new Promise<void>((resolve) => {
    endpoint.close(() => resolve());
    endpoint.closeAllConnections();
  });
});

const openIo = (): Promise<FakeIo> =>
  createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: String(emulator.port) } });

const ASK = "emulator ask --product yoga.monthly --locale en-US";

describe("emulator ask tells", () => {
  test.each([
    [
      "a message that is shown",
      GOOD_ANSWER,
      0,
      [/^answered +200 in [\d.]+ ms with a message, accepted$/m, /^Cancel +shows “Stay with us”$/m],
    ],
    [
      "another product beside the message",
      {
        status: 200,
        body: { alternateProduct: { messageIdentifier: STAY, productId: "yoga.yearly" } },
      },
      0,
      [/with another product, yoga\.yearly, accepted$/m, /^ +Your classes go on\.$/m],
    ],
    [
      "that nothing was answered, and what is shown then",
      { status: 503 },
      1,
      [
        /^answered +503 in .* \(UNSUCCESSFUL_HTTP_RESPONSE_CODE\)$/m,
        /^Cancel +shows the default message “Before you go”$/m,
      ],
    ],
    [
      "what of an answer Apple refuses",
      { status: 200, body: { message: { messageIdentifier: "no-uuid" } } },
      1,
      [/^refused +\w+: .+$/m, /default message/],
    ],
  ])("%s", async (_, given, code, expected) => {
    answer = given;
    await using io = await openIo();
    expect(await run(io, ASK)).toBe(code);
    expect(io.out()).toMatch(/^about +yoga\.monthly, en-US, [A-Z]{3}$/m);
    expect(io.out()).toMatch(/^asked +https:\/\/retention\.example\.com\/$/m);
    for (const line of expected) expect(io.out()).toMatch(line);
  });

  test("that nobody is asked without a URL, and nothing shown without a default message", async () => {
    await using io = await openIo();
    expect(await run(io, `${ASK} --environment production`)).toBe(1);
    expect(io.out()).toMatch(/^asked +nobody: no URL is set$/m);
    expect(io.out()).toMatch(/^Cancel +shows nothing: there is no default message/m);
    expect(io.out()).not.toContain("answered");
  });
});

test("emulator ask --output json has the whole view, and nothing is displayed by it", async () => {
  await using io = await openIo();
  const before = emulator.counts().impressions;
  expect(await runJson(io, ASK)).toMatchObject({
    code: 0,
    json: {
      request: { productId: "yoga.monthly", userLocale: "en-US" },
      verdict: { accepted: true },
      shown: { source: "realtime" },
    },
  });
  expect(emulator.counts().impressions).toBe(before);
});

test("emulator ask passes over who has nothing to cancel any more", async () => {
  await using io = await openIo();
  const asked = async (): Promise<string> => {
    const { json } = await runJson(io, ASK);
    // The emulator's own view.
    return (json["request"] as { readonly originalTransactionId: string }).originalTransactionId;
  };
  const originalTransactionId = await asked();
  await emulator.changeSubscription({ ...YOGA, originalTransactionId }, { type: "cancel" });
  expect(await asked()).not.toBe(originalTransactionId);
  const { json } = await runJson(io, `emulator ask --subscriber ${originalTransactionId}`);
  expect(json).toMatchObject({ request: { originalTransactionId } });
});

test.each([
  ["both a product and a subscriber", "--product a --subscriber 1", "OPTION_INVALID", /either/],
  ["a product nobody has", "--product yoga.weekly", "SUBSCRIBER_UNKNOWN", /yoga\.monthly/],
  ["a subscriber there is not", "--subscriber 1", "SUBSCRIBER_UNKNOWN", /subscriber/],
  ["an app there is not", "--app none", "APP_UNKNOWN", /yoga/],
])("emulator ask refuses %s", async (_, words, code, message) => {
  await using io = await openIo();
  expect(await run(io, `emulator ask ${words} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
  expect(errorOf(io)["message"]).toMatch(message);
});
