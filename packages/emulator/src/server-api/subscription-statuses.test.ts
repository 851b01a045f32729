import { Environment, Status } from "@apple/app-store-server-library";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAppleClient } from "../testing/apple-client.ts";
import {
  createBothVerifiers,
  PLACES,
  type ServerApiSetting,
  startServerApi,
} from "../testing/server-api-setting.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

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

describe("getAllSubscriptionStatuses()", () => {
  test.each(PLACES)("answers signed data that verifies, in $environment", async (place, wire) => {
    const own = createAppleClient(api.emulator, place);
    const { data, ...rest } = await own.getAllSubscriptionStatuses(SUBSCRIBER.renewal);
    const { bundleId, appAppleId } = TEST_APP;
    expect(rest).toEqual({ environment: wire, bundleId, appAppleId });
    const [group, ...otherGroups] = data ?? [];
    const [last, ...others] = group?.lastTransactions ?? [];
    expect([otherGroups, others]).toEqual([[], []]);
    expect(last).toMatchObject({ status: 1, originalTransactionId: SUBSCRIBER.renewed });
    const verifiers = createBothVerifiers(api.emulator.rootCertificateDer, wire);
    const transaction = await verifiers.transaction(last?.signedTransactionInfo);
    expect(transaction).toMatchObject({
      transactionId: SUBSCRIBER.renewal,
      originalTransactionId: SUBSCRIBER.renewed,
      appTransactionId: SUBSCRIBER.appTransaction,
      bundleId,
      productId: "basic.monthly",
      subscriptionGroupIdentifier: group?.subscriptionGroupIdentifier,
      type: "Auto-Renewable Subscription",
      inAppOwnershipType: "PURCHASED",
      transactionReason: "RENEWAL",
      storefront: "USA",
      storefrontId: "143441",
      price: 9990,
      currency: "USD",
      quantity: 1,
      environment: wire,
    });
    expect(await verifiers.renewalInfo(last?.signedRenewalInfo)).toMatchObject({
      originalTransactionId: SUBSCRIBER.renewed,
      productId: "basic.monthly",
      autoRenewProductId: "basic.monthly",
      autoRenewStatus: 1,
      renewalPrice: 9990,
      currency: "USD",
      renewalDate: transaction.expiresDate,
      recentSubscriptionStartDate: transaction.originalPurchaseDate,
      isInBillingRetryPeriod: false,
      appTransactionId: SUBSCRIBER.appTransaction,
      environment: wire,
    });
  });

  test.each([SUBSCRIBER.renewed, SUBSCRIBER.renewal, SUBSCRIBER.appTransaction])(
    "finds the customer by %s",
    async (anyTransactionId) => {
      const { data = [] } = await api.client.getAllSubscriptionStatuses(anyTransactionId);
      expect(data[0]?.lastTransactions?.[0]?.originalTransactionId).toBe(SUBSCRIBER.renewed);
    },
  );

  test("answers only the statuses asked for", async () => {
    await api.emulator.changeSubscription(RENEWED, { type: "failToRenew" });
    const inGrace = await api.client.getAllSubscriptionStatuses(SUBSCRIBER.renewed, [
      Status.ACTIVE,
      Status.BILLING_GRACE_PERIOD,
    ]);
    expect(inGrace.data).toHaveLength(1);
    const active = await api.client.getAllSubscriptionStatuses(SUBSCRIBER.renewed, [Status.ACTIVE]);
    expect(active.data).toEqual([]);
  });

  test("says what a billing problem is", async () => {
    await api.emulator.changeSubscription(RENEWED, { type: "failToRenew" });
    const { data } = await api.client.getAllSubscriptionStatuses(SUBSCRIBER.renewed);
    const signed = data?.[0]?.lastTransactions?.[0]?.signedRenewalInfo;
    const renewalInfo = await createBothVerifiers(
      api.emulator.rootCertificateDer,
      Environment.SANDBOX,
    ).renewalInfo(signed);
    expect(renewalInfo).toMatchObject({ isInBillingRetryPeriod: true, expirationIntent: 2 });
    const days = ((renewalInfo.gracePeriodExpiresDate ?? 0) - Date.now()) / DAY_MS;
    expect(Math.round(days)).toBe(16);
  });
});

describe("getTransactionInfo()", () => {
  test("answers one transaction, with the money given back", async () => {
    await api.emulator.changeSubscription(RENEWED, { type: "refund", percent: 40, reason: 1 });
    const { signedTransactionInfo } = await api.client.getTransactionInfo(SUBSCRIBER.renewal);
    const verifiers = createBothVerifiers(api.emulator.rootCertificateDer, Environment.SANDBOX);
    const transaction = await verifiers.transaction(signedTransactionInfo);
    expect(transaction).toMatchObject({
      transactionId: SUBSCRIBER.renewal,
      revocationType: "REFUND_PRORATED",
      revocationReason: 1,
      revocationPercentage: 40_000,
    });
    const first = await api.client.getTransactionInfo(SUBSCRIBER.renewed);
    const original = await verifiers.transaction(first.signedTransactionInfo);
    expect(original).toMatchObject({ transactionReason: "PURCHASE" });
    expect(original.revocationDate).toBeUndefined();
    expect(original.expiresDate).toBe(transaction.purchaseDate);
  });

  test("tells of an offer what App Store Connect's retention offers have: type 5", async () => {
    api.emulator.setAppStoreConnectMessage(SANDBOX, "basic.monthly", {
      referenceName: "Stay",
      state: "APPROVED",
      localizations: { "en-US": { header: "Stay", body: "Stay." } },
      retentionOffer: { offerIdentifier: "KEEP", mode: "FREE_TRIAL", period: "P3M" },
    });
    const offer = { type: "redeemOffer", offerIdentifier: "KEEP", kind: "retention" } as const;
    await api.emulator.changeSubscription(RENEWED, offer);
    const { subscription } = await api.emulator.changeSubscription(RENEWED, { type: "renew" });
    const last = subscription.transactions.at(-1)?.transactionId ?? "";
    const { signedTransactionInfo } = await api.client.getTransactionInfo(last);
    const verifiers = createBothVerifiers(api.emulator.rootCertificateDer, Environment.SANDBOX);
    expect(await verifiers.transaction(signedTransactionInfo)).toMatchObject({
      transactionReason: "RENEWAL",
      price: 0,
      offerType: 5,
      offerIdentifier: "KEEP",
      offerDiscountType: "FREE_TRIAL",
      offerPeriod: "P3M",
    });
  });
});
