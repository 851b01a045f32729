import { APIError, NotificationTypeV2, Status, Subtype } from "@apple/app-store-server-library";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAppleClient } from "../testing/apple-client.ts";
import { catchError } from "../testing/catch-error.ts";
import {
  createBothVerifiers,
  PLACES,
  type ServerApiSetting,
  startServerApi,
} from "../testing/server-api-setting.ts";
import { SUBSCRIBER } from "../testing/test-app.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const [[SANDBOX]] = PLACES;
const RENEWED = { ...SANDBOX, originalTransactionId: SUBSCRIBER.renewed };

let api: ServerApiSetting;
beforeEach(async () => {
  api = await startServerApi();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

function today() {
  return { startDate: Date.now() - DAY_MS, endDate: Date.now() + DAY_MS };
}

async function countFound(filter: object): Promise<number | undefined> {
  const found = await api.client.getNotificationHistory(null, { ...today(), ...filter });
  return found.notificationHistory?.length;
}

describe("requestTestNotification()", () => {
  test.each(PLACES)("sends one that verifies, in $environment", async (place, wire) => {
    const own = createAppleClient(api.emulator, place);
    const { testNotificationToken = "" } = await own.requestTestNotification();
    await api.emulator.notificationsIdle();
    const status = await own.getTestNotificationStatus(testNotificationToken);
    expect(status.sendAttempts).toMatchObject([{ sendAttemptResult: "SUCCESS" }]);
    const decoded = await createBothVerifiers(api.emulator.rootCertificateDer, wire).notification(
      status.signedPayload,
    );
    expect(decoded.notificationType).toBe(NotificationTypeV2.TEST);
    expect(decoded.data).not.toHaveProperty("signedTransactionInfo");
    expect(api.receiver.bodies.at(-1)).toBe(
      JSON.stringify({ signedPayload: status.signedPayload }),
    );
  });

  test("is refused without a URL", async () => {
    api.emulator.deleteNotificationUrl(SANDBOX);
    expect(await catchError(async () => api.client.requestTestNotification())).toMatchObject({
      httpStatusCode: 404,
      apiError: APIError.SERVER_NOTIFICATION_URL_NOT_FOUND,
    });
  });
});

describe("getNotificationHistory()", () => {
  test.each(PLACES)("answers notifications that verify, in $environment", async (place, wire) => {
    const own = createAppleClient(api.emulator, place);
    const renewed = { ...place, originalTransactionId: SUBSCRIBER.renewed };
    await api.emulator.changeSubscription(renewed, { type: "cancel" });
    await api.emulator.changeSubscription(renewed, { type: "expire" });
    await api.emulator.notificationsIdle();
    const { notificationHistory = [], hasMore } = await own.getNotificationHistory(null, today());
    expect(hasMore).toBe(false);
    const verifiers = createBothVerifiers(api.emulator.rootCertificateDer, wire);
    const decoded = await Promise.all(
      notificationHistory.map(async ({ signedPayload }) => verifiers.notification(signedPayload)),
    );
    expect(decoded).toMatchObject([
      {
        notificationType: NotificationTypeV2.DID_CHANGE_RENEWAL_STATUS,
        subtype: Subtype.AUTO_RENEW_DISABLED,
        data: { status: Status.ACTIVE },
      },
      {
        notificationType: NotificationTypeV2.EXPIRED,
        subtype: Subtype.VOLUNTARY,
        data: { status: Status.EXPIRED },
      },
    ]);
    const [cancelled, expired] = decoded;
    expect(await verifiers.renewalInfo(cancelled?.data?.signedRenewalInfo)).toMatchObject({
      autoRenewStatus: 0,
    });
    expect(await verifiers.renewalInfo(expired?.data?.signedRenewalInfo)).toMatchObject({
      autoRenewStatus: 0,
      expirationIntent: 1,
    });
    const transaction = await verifiers.transaction(expired?.data?.signedTransactionInfo);
    expect(transaction.expiresDate).toBeLessThanOrEqual(Date.now());
  });

  test("answers 20 a page, and each notification once", async () => {
    for (let count = 0; count < 23; count += 1) {
      await api.emulator.changeSubscription(RENEWED, {
        type: count % 2 === 0 ? "cancel" : "resume",
      });
    }
    await api.emulator.notificationsIdle();
    const asked = today();
    const first = await api.client.getNotificationHistory(null, asked);
    expect(first).toMatchObject({ hasMore: true });
    expect(first.notificationHistory).toHaveLength(20);
    const second = await api.client.getNotificationHistory(first.paginationToken ?? null, asked);
    expect(second).toMatchObject({ hasMore: false });
    const both = [...(first.notificationHistory ?? []), ...(second.notificationHistory ?? [])];
    expect(new Set(both.map(({ signedPayload }) => signedPayload)).size).toBe(23);
  });

  test("filters by type, subtype, customer and failure", async () => {
    await api.emulator.changeSubscription(RENEWED, { type: "cancel" });
    await api.emulator.notificationsIdle();
    api.receiver.status = 500;
    const monthly = { ...SANDBOX, originalTransactionId: SUBSCRIBER.monthly };
    await api.emulator.changeSubscription(monthly, { type: "cancel" });
    await api.emulator.changeSubscription(monthly, { type: "resume" });
    await api.emulator.notificationsIdle();
    const notificationType = NotificationTypeV2.DID_CHANGE_RENEWAL_STATUS;
    expect(await countFound({})).toBe(3);
    expect(await countFound({ notificationType })).toBe(3);
    expect(
      await countFound({ notificationType, notificationSubtype: Subtype.AUTO_RENEW_ENABLED }),
    ).toBe(1);
    expect(await countFound({ notificationType: NotificationTypeV2.REFUND })).toBe(0);
    expect(await countFound({ transactionId: SUBSCRIBER.renewal })).toBe(1);
    expect(await countFound({ onlyFailures: true })).toBe(2);
    expect(await countFound({ endDate: Date.now() - 1000, startDate: Date.now() - 2000 })).toBe(0);
  });
});
