import { describe, expect, onTestFinished, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { startAnsweringServer, answerJson } from "../testing/answering-server.ts";
import { catchError } from "../testing/catch-error.ts";
import { signOfferV1, signOfferV2 } from "../testing/sign-offer.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import { findApp } from "../world/index.ts";

const PUBLIC_URL = "https://retention.example.com/";
const PLACE = { app: "test", environment: "sandbox" } as const;
const SHEET = { ...PLACE, originalTransactionId: SUBSCRIBER.monthly };
const { plain: messageIdentifier } = MESSAGE;

/** An emulator whose requests are answered with what `answer` returns. */
async function start(answer: (emulator: RunningEmulator) => unknown): Promise<RunningEmulator> {
  const server = await startAnsweringServer((request, response) => {
    void Promise.resolve(answer(emulator)).then((body) => {
      answerJson(body)(request, response);
      return undefined;
    });
  });
  const emulator = await startEmulator({
    port: 0,
    apps: [TEST_APP],
    resolve: [{ from: PUBLIC_URL, to: server.url }],
  });
  onTestFinished(async () => {
    await emulator.close();
    await server[Symbol.asyncDispose]();
  });
  emulator.configureRealtimeUrl(PLACE, PUBLIC_URL);
  return emulator;
}

describe("acceptShown()", () => {
  test.each([
    [
      "V2",
      async (emulator: RunningEmulator) => {
        const now = Date.now();
        const signed = { transactionId: SUBSCRIBER.monthly, now };
        const app = findApp(emulator.world, "test");
        return { promotionalOfferSignatureV2: await signOfferV2(app, signed) };
      },
    ],
    [
      "V1",
      async (emulator: RunningEmulator) => {
        const app = findApp(emulator.world, "test");
        return Promise.resolve({ promotionalOfferSignatureV1: signOfferV1(app, Date.now()) });
      },
    ],
  ])("takes the promotional offer of a signature %s", async (_version, sign) => {
    const emulator = await start(async (asked) => ({
      promotionalOffer: { messageIdentifier, ...(await sign(asked)) },
    }));
    const view = await emulator.openCancelSheet(SHEET);
    expect(view.outcome).toBe("SUCCESS");
    const { subscription, notifications } = await emulator.acceptShown(view);
    expect(notifications).toEqual([{ notificationType: "OFFER_REDEEMED" }]);
    expect(subscription.renewal.offer).toMatchObject({ kind: "promotional", identifier: "STAY" });
    expect(emulator.counts().impressions).toBe(1);
  });

  test("goes on with the other product", async () => {
    const alternateProduct = { messageIdentifier, productId: "basic.yearly" };
    const emulator = await start(() => ({ alternateProduct }));
    const { notifications } = await emulator.acceptShown(await emulator.openCancelSheet(SHEET));
    expect(notifications).toEqual([
      { notificationType: "DID_CHANGE_RENEWAL_PREF", subtype: "UPGRADE" },
    ]);
    // The next request is about the product that the subscriber has then.
    expect((await emulator.openCancelSheet(SHEET)).request.productId).toBe("basic.yearly");
  });

  test("takes App Store Connect's retention offer", async () => {
    const emulator = await start(() => ({}));
    emulator.setAppStoreConnectMessage(PLACE, "basic.monthly", {
      referenceName: "Stay",
      state: "APPROVED",
      localizations: { "en-US": { header: "Stay", body: "Stay." } },
      retentionOffer: { offerIdentifier: "KEEP", mode: "FREE_TRIAL", period: "P3M" },
    });
    const view = await emulator.openCancelSheet(SHEET);
    const { subscription } = await emulator.acceptShown(view.viewId);
    expect(subscription.renewal.offer).toMatchObject({ kind: "retention", identifier: "KEEP" });
  });

  test("throws EVENT_IMPOSSIBLE when a mere message is shown", async () => {
    const emulator = await start(() => ({ message: { messageIdentifier } }));
    const view = await emulator.openCancelSheet(SHEET);
    expect(await catchError(async () => emulator.acceptShown(view))).toMatchObject({
      code: "EVENT_IMPOSSIBLE",
    });
  });

  test("throws VIEW_UNKNOWN for a page nobody opened", async () => {
    const emulator = await start(() => ({}));
    expect(await catchError(async () => emulator.acceptShown("none"))).toMatchObject({
      code: "VIEW_UNKNOWN",
    });
  });
});
