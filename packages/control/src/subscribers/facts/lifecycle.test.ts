import {
  parseNotification,
  parseRenewalInfo,
  parseTransaction,
} from "@holdfast/appstore/signed-data";
import { createEmulator } from "@holdfast/emulator";
import type { AppDefinition, Clock } from "@holdfast/emulator";
import type { SubscriberState } from "@holdfast/flow/evaluate";
import { expect, onTestFinished, test } from "vitest";
import { deriveState } from "../state/derive-state.ts";
import type { SubscriptionNews } from "../subscription-news.ts";
import { newsOf } from "../testing/arbitrary-news.ts";
import { TEST_IDS } from "../testing/test-ids.ts";
import { factsOfNews } from "./facts-of-news.ts";
import { mergeFacts } from "./merge-facts.ts";
import { NO_FACTS } from "./subscription-facts.ts";

const DAY_MS = 86_400_000;
const BEGUN_AT = Date.UTC(2026, 0, 1);
const MONTHLY = "plain.monthly";
const PLACE = { app: "yoga", environment: "production" } as const;

/** Its subscribers begin with a free month; its one offer is a month at half the price. */
const APP: AppDefinition = {
  id: "yoga",
  name: "Yoga",
  bundleId: "com.example.yoga",
  appAppleId: 1234567890,
  issuerId: "11111111-2222-4333-8444-555555555555",
  keyIds: ["TESTKEY001"],
  groups: [
    {
      id: "plain",
      products: [
        {
          productId: MONTHLY,
          level: 1,
          period: "P1M",
          usdPrice: 9.99,
          introductoryOffer: { mode: "FREE_TRIAL", period: "P1M" },
        },
      ],
    },
  ],
  offers: [{ offerIdentifier: "STAY", productId: MONTHLY, mode: "PAY_AS_YOU_GO", period: "P1M" }],
};

function payloadOf(compact: string): unknown {
  return JSON.parse(Buffer.from(compact.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** A local App Store with one subscriber, and what it has told of them. */
async function openLife() {
  const clock = { at: BEGUN_AT };
  const manual: Clock = {
    now: () => clock.at,
    elapsed: () => clock.at,
    sleep: () => Promise.resolve(),
  };
  const emulator = await createEmulator({
    apps: [APP],
    clock: manual,
    fetch: () => Promise.resolve(new Response(null, { status: 200 })),
    notificationUrls: { yoga: { production: "https://notifications.example.com/v2" } },
  });
  onTestFinished(() => emulator.close());
  const { subscriber } = await emulator.addSubscriber(PLACE, {
    productId: MONTHLY,
    locale: "en-US",
    storefront: "USA",
    introductoryOffer: true,
  });
  const { originalTransactionId } = subscriber;
  const place = { ...PLACE, originalTransactionId };

  function news(): readonly SubscriptionNews[] {
    return emulator.notifications(PLACE).map(({ signedPayload }) => {
      const { data, ...heading } = parseNotification(payloadOf(signedPayload));
      const { signedTransactionInfo = "", signedRenewalInfo = "", status } = data ?? {};
      const { notificationUUID, notificationType, subtype, signedDate } = heading;
      return newsOf(originalTransactionId, {
        signedDate,
        notification: { notificationUUID, notificationType, ...(subtype && { subtype }) },
        ...(status === undefined ? {} : { status }),
        transaction: parseTransaction(payloadOf(signedTransactionInfo)),
        renewalInfo: parseRenewalInfo(payloadOf(signedRenewalInfo)),
      });
    });
  }

  return {
    news,
    /** What is known of them at a day since the world began, once everything due by then was told. */
    async at(day: number): Promise<SubscriberState> {
      clock.at = BEGUN_AT + day * DAY_MS;
      await emulator.subscription(place);
      return stateOf(news(), clock.at);
    },
    /** The same where nothing is heard after the last call. */
    unheardAt: (day: number) => stateOf(news(), BEGUN_AT + day * DAY_MS),
    /** Lets something happen, a minute after whatever was told last. */
    act(action: Parameters<typeof emulator.changeSubscription>[1]) {
      clock.at += 60_000;
      return emulator.changeSubscription(place, action);
    },
  };
}

function stateOf(news: readonly SubscriptionNews[], now: number): SubscriberState {
  return deriveState({ pseudonym: "p", facts: factsOf(news), attributes: [] }, now);
}

function factsOf(news: readonly SubscriptionNews[]) {
  return news.reduce((facts, one) => mergeFacts(facts, factsOfNews(one, TEST_IDS)), NO_FACTS);
}

test("a life from trial to resubscription is seen as it is, at every step", async () => {
  const life = await openLife();
  const trial = await life.at(1);
  expect(trial.subscriptionStartedAt).toBe(BEGUN_AT);
  expect(trial.attributes).toEqual({
    storefront: "USA",
    currency: "USD",
    price: 0,
    renewalPrice: 9.99,
    "subscription.ownership": "PURCHASED",
    "subscription.inTrial": true,
    "subscription.inIntroOffer": true,
    "subscription.offerType": 1,
    "subscription.inGracePeriod": false,
    "subscription.inBillingRetry": false,
    "subscription.autoRenew": true,
    "subscription.paidPeriods": 0,
    "subscription.redeemedOffers": [],
  });

  expect((await life.at(40)).attributes).toMatchObject({
    price: 9.99,
    "subscription.inTrial": false,
    "subscription.inIntroOffer": false,
    "subscription.offerType": null,
    "subscription.paidPeriods": 1,
  });

  // The offer begins with the next renewal; the one who took it has it from now on.
  await life.act({ type: "redeemOffer", offerIdentifier: "STAY" });
  expect((await life.at(41)).attributes).toMatchObject({
    price: 9.99,
    renewalPrice: expect.closeTo(5, 1) as number,
    "subscription.offerType": null,
    "subscription.redeemedOffers": ["STAY"],
  });
  expect((await life.at(65)).attributes).toMatchObject({
    price: expect.closeTo(5, 1) as number,
    renewalPrice: 9.99,
    "subscription.offerType": 2,
    "subscription.inTrial": false,
    "subscription.paidPeriods": 2,
  });

  // Nobody told what became of the period: what hangs on it is unknown, what does not is known.
  const unheard = life.unheardAt(95);
  expect(unheard.attributes).toEqual({
    storefront: "USA",
    currency: "USD",
    "subscription.ownership": "PURCHASED",
  });
  expect(unheard.subscriptionStartedAt).toBe(BEGUN_AT);

  await life.act({ type: "cancel" });
  expect((await life.at(66)).attributes).toMatchObject({ "subscription.autoRenew": false });
  await life.act({ type: "resume" });

  await life.act({ type: "failToRenew" });
  const grace = await life.at(67);
  expect(grace.attributes).toMatchObject({
    "subscription.inGracePeriod": true,
    "subscription.inBillingRetry": true,
    "subscription.paidPeriods": 2,
  });
  const retry = await life.at(84);
  expect(retry.attributes).toMatchObject({
    "subscription.inGracePeriod": false,
    "subscription.inBillingRetry": true,
  });

  const expired = await life.at(200);
  expect(expired.attributes).toMatchObject({
    "subscription.inBillingRetry": false,
    "subscription.offerType": null,
    "subscription.paidPeriods": 2,
  });

  await life.act({ type: "resubscribe" });
  const back = await life.at(201);
  expect(back.attributes).toMatchObject({ price: 9.99, "subscription.offerType": null });
  // More than 60 days later is a new beginning.
  expect(back.subscriptionStartedAt).toBe(BEGUN_AT + 200 * DAY_MS + 60_000);
  expect(back.attributes).toMatchObject({ "subscription.paidPeriods": 3 });
  // Without having been told of the end, a period could hide in the gap.
  const unended = life
    .news()
    .filter(({ notification }) => notification?.notificationType !== "EXPIRED");
  const state = stateOf(unended, BEGUN_AT + 201 * DAY_MS);
  expect(state.attributes).not.toHaveProperty(["subscription.paidPeriods"]);

  await life.act({ type: "refund" });
  expect((await life.at(202)).attributes).toMatchObject({
    "subscription.inGracePeriod": false,
    "subscription.offerType": null,
    "subscription.autoRenew": false,
  });

  const news = life.news();
  expect(news.length).toBeGreaterThanOrEqual(10);
  expect(factsOf(news.toReversed())).toEqual(factsOf(news));
  const refunded = await life.at(203);
  expect(refunded.attributes).toMatchObject({ "subscription.paidPeriods": 2 });
});

test("a refund of an earlier period leaves the current one the current one", () => {
  const period = (index: number, rest: object) => {
    const purchaseDate = BEGUN_AT + index * 30 * DAY_MS;
    return newsOf("100", {
      signedDate: purchaseDate,
      ...rest,
      transaction: {
        transactionId: `100${index}`,
        originalTransactionId: "100",
        originalPurchaseDate: BEGUN_AT,
        productId: MONTHLY,
        purchaseDate,
        expiresDate: purchaseDate + 30 * DAY_MS,
        signedDate: purchaseDate,
        price: 1000 * (index + 1),
        ...rest,
      },
    });
  };
  const refundedAt = BEGUN_AT + 40 * DAY_MS;
  const refund = {
    revocationDate: refundedAt,
    revocationType: "REFUND_FULL",
    signedDate: refundedAt,
  };
  const { attributes } = stateOf(
    [period(0, {}), period(1, {}), period(0, refund)],
    BEGUN_AT + 41 * DAY_MS,
  );
  expect(attributes).toMatchObject({ price: 2, "subscription.paidPeriods": 1 });
});
