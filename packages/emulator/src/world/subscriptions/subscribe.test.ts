import { describe, expect, test } from "vitest";
import { TEST_APP } from "../../testing/test-app.ts";
import { settle } from "./settle.ts";
import { currentTransaction } from "./subscription.ts";
import { subscribe } from "./subscribe.ts";

const NOW = Date.UTC(2026, 10, 21);
const SUBSCRIBER = {
  originalTransactionId: "2000000000000042",
  productId: "basic.monthly",
  locale: "en-US",
  storefront: "USA",
  ownership: "PURCHASED",
  laterTransactionIds: [],
  appTransactionId: "704000000000000042",
} as const;
const MONTHLY = {
  productId: "basic.monthly",
  level: 1,
  period: "P1M",
  introductoryOffer: { mode: "PAY_AS_YOU_GO", period: "P2M" },
} as const;
const WITH_OFFER = { ...TEST_APP, groups: [{ id: "basic", products: [MONTHLY] }] };

/** What each of the first periods is under, and costs. */
function firstPeriods(introductoryOffer: boolean) {
  const context = { definition: WITH_OFFER, at: NOW };
  const begun = subscribe(SUBSCRIBER, context, { introductoryOffer });
  const at = currentTransaction(begun.subscription).expiresDate + 40 * 86_400_000;
  const { subscription } = settle(begun.subscription, { definition: WITH_OFFER, at });
  return subscription.transactions.map(({ price, offer }) => [offer?.kind, price]);
}

describe("subscribe()", () => {
  test("begins a period at the regular price", () => {
    const { subscription, events } = subscribe(SUBSCRIBER, { definition: WITH_OFFER, at: NOW });
    expect(events).toMatchObject([{ notificationType: "SUBSCRIBED", subtype: "INITIAL_BUY" }]);
    expect(currentTransaction(subscription)).toMatchObject({
      transactionId: SUBSCRIBER.originalTransactionId,
      purchaseDate: NOW,
      expiresDate: Date.UTC(2026, 11, 21),
      price: 9990,
    });
    expect(firstPeriods(false)).toEqual([
      [undefined, 9990],
      [undefined, 9990],
      [undefined, 9990],
    ]);
  });

  test("begins with the introductory offer for as long as it lasts", () => {
    expect(firstPeriods(true)).toEqual([
      ["introductory", 5000],
      ["introductory", 5000],
      [undefined, 9990],
    ]);
  });
});
