import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import { answerJson, startAnsweringServer } from "../testing/answering-server.ts";
import { anyNumber, anyText } from "../testing/matching.ts";
import { signOfferV2 } from "../testing/sign-offer.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const SHEET = { ...SANDBOX, originalTransactionId: SUBSCRIBER.monthly };
const PUBLIC_URL = "https://retention.example.com/apple/";
const ANSWER = { message: { messageIdentifier: MESSAGE.plain } };

async function createAsked(url: string, options: EmulatorOptions = {}) {
  const emulator = await createEmulator({
    apps: [TEST_APP],
    resolve: [{ from: PUBLIC_URL, to: url }],
    ...options,
  });
  emulator.configureRealtimeUrl(SANDBOX, `${PUBLIC_URL}test/sandbox`);
  return emulator;
}

describe("openCancelSheet()", () => {
  test("asks at once, and shows only when Cancel is tapped", async () => {
    await using server = await startAnsweringServer(answerJson(ANSWER));
    const emulator = await createAsked(server.url);
    const view = await emulator.openCancelSheet(SHEET);
    expect(view).toMatchObject({
      ...SANDBOX,
      subscriber: { originalTransactionId: SUBSCRIBER.monthly, storefront: "USA" },
      request: { productId: "basic.monthly", userLocale: "en-US", environment: "Sandbox" },
      url: `${PUBLIC_URL}test/sandbox`,
      status: 200,
      latencyMs: anyNumber,
      outcome: "SUCCESS",
      verdict: { accepted: true, broken: [], warnings: [], response: ANSWER },
      shown: { source: "realtime", message: { header: "Stay" } },
    });
    expect(emulator.counts()).toEqual({ views: 1, requests: 1, accepted: 1, impressions: 0 });
    const impression = emulator.tapCancel(view);
    expect(impression).toMatchObject({ viewId: view.viewId, shown: view.shown });
    expect(emulator.tapCancel(view.viewId)).toBe(impression);
    expect(emulator.counts()).toEqual({ views: 1, requests: 1, accepted: 1, impressions: 1 });
  });

  test("is asked anew each time, with another identifier", async () => {
    await using server = await startAnsweringServer(answerJson(ANSWER));
    const emulator = await createAsked(server.url);
    const [one, two] = [
      await emulator.openCancelSheet(SHEET),
      await emulator.openCancelSheet(SHEET),
    ];
    expect(one.request.requestIdentifier).not.toBe(two.request.requestIdentifier);
    expect(server.requests.count).toBe(2);
  });

  test("asks also where no default message lets anything be shown", async () => {
    await using server = await startAnsweringServer(answerJson(ANSWER));
    const emulator = await createAsked(server.url);
    const view = await emulator.openCancelSheet({
      ...SANDBOX,
      originalTransactionId: SUBSCRIBER.withoutDefault,
    });
    expect(view).toMatchObject({ outcome: "SUCCESS", verdict: { accepted: true } });
    expect(view.shown).toEqual({ source: "nothing", reason: "NO_DEFAULT_MESSAGE" });
    emulator.tapCancel(view);
    expect(emulator.counts()).toMatchObject({ requests: 1, impressions: 0 });
  });

  test("sends nothing without a URL, and falls back", async () => {
    const emulator = await createEmulator({ apps: [TEST_APP] });
    const view = await emulator.openCancelSheet(SHEET);
    expect(view).toMatchObject({ outcome: "NOT_SENT", shown: { source: "default" } });
    expect(view).not.toHaveProperty("latencyMs");
    expect(emulator.counts()).toMatchObject({ views: 1, requests: 0 });
  });

  test("falls back when no answer comes in time", async () => {
    await using server = await startAnsweringServer(() => undefined);
    const emulator = await createAsked(server.url, { answerTimeoutMs: 30 });
    const view = await emulator.openCancelSheet(SHEET);
    expect(view).toMatchObject({
      outcome: "TIMED_OUT",
      verdict: { accepted: false },
      shown: { source: "default" },
    });
    expect(view).not.toHaveProperty("status");
    expect(view.latencyMs).toBeGreaterThanOrEqual(29);
  });

  test("falls back and names the rule when the answer is not acceptable", async () => {
    await using server = await startAnsweringServer(
      answerJson({ message: { messageIdentifier: "KEEP" } }),
    );
    const emulator = await createAsked(server.url);
    const view = await emulator.openCancelSheet(SHEET);
    expect(view.verdict.broken).toEqual([
      { rule: "MESSAGE_IDENTIFIER_NOT_LOWERCASE_UUID", detail: anyText },
    ]);
    expect(view).toMatchObject({ outcome: "INVALID_RESPONSE", shown: { source: "default" } });
  });

  test("accepts a nonce once", async () => {
    const emulator = await createEmulator({
      apps: [TEST_APP],
      fetch: async () =>
        Response.json({
          promotionalOffer: {
            messageIdentifier: MESSAGE.plain,
            promotionalOfferSignatureV2: signature,
          },
        }),
    });
    emulator.configureRealtimeUrl(SANDBOX, PUBLIC_URL);
    const app = emulator.world.get("test");
    if (app === undefined) throw new TypeError("expected the app");
    const about = { transactionId: SUBSCRIBER.monthly, now: Date.now() };
    const signature = await signOfferV2(app, about);
    expect((await emulator.openCancelSheet(SHEET)).verdict.accepted).toBe(true);
    expect((await emulator.openCancelSheet(SHEET)).verdict.broken).toMatchObject([
      { rule: "OFFER_NONCE_REUSED" },
    ]);
  });

  test("says what the overrides say", async () => {
    await using server = await startAnsweringServer(answerJson(ANSWER));
    const emulator = await createAsked(server.url);
    const overrides = { userLocale: "ja", signedDate: 1 };
    const view = await emulator.openCancelSheet({ ...SHEET, overrides });
    expect(view.request).toMatchObject(overrides);
  });

  test.each([
    ["APP_UNKNOWN", { app: "nobody" }],
    ["SUBSCRIBER_UNKNOWN", { originalTransactionId: "1" }],
  ])("throws %s", async (code, change) => {
    const emulator = await createEmulator({ apps: [TEST_APP] });
    await expect(emulator.openCancelSheet({ ...SHEET, ...change })).rejects.toMatchObject({ code });
  });

  test("throws CLOSED after close()", async () => {
    const emulator = await createEmulator({ apps: [TEST_APP] });
    await emulator.close();
    await expect(emulator.openCancelSheet(SHEET)).rejects.toMatchObject({ code: "CLOSED" });
  });
});

test("tapCancel() throws VIEW_UNKNOWN for a page nobody opened", async () => {
  const emulator = await createEmulator({ apps: [TEST_APP] });
  expect(() => emulator.tapCancel("x")).toThrow(expect.objectContaining({ code: "VIEW_UNKNOWN" }));
});
