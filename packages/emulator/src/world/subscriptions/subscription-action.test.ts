import { describe, expect, test } from "vitest";
import { catchError } from "../../testing/catch-error.ts";
import { TEST_APP } from "../../testing/test-app.ts";
import type { AppStoreConnectMessage, Subscriber } from "../app-definition.ts";
import { addPeriod } from "../iso-period.ts";
import { deriveSubscription } from "./derive-subscription.ts";
import { act, type SubscriptionAction } from "./subscription-action.ts";
import { currentTransaction, statusOf, type Subscription } from "./subscription.ts";

const NOW = Date.UTC(2026, 10, 21);
const RETENTION_OFFER: AppStoreConnectMessage = {
  referenceName: "Stay",
  state: "APPROVED",
  localizations: {},
  retentionOffer: { offerIdentifier: "KEEP", mode: "FREE_TRIAL", period: "P3M" },
};
const CONTEXT = {
  at: NOW,
  definition: {
    ...TEST_APP,
    groups: [
      {
        id: "basic",
        products: [
          { productId: "basic.yearly", level: 1, period: "P1Y" },
          { productId: "basic.monthly", level: 2, period: "P1M" },
          { productId: "basic.other", level: 2, period: "P1M" },
          { productId: "basic.quarterly", level: 2, period: "P3M" },
          { productId: "basic.small", level: 3, period: "P1M" },
        ],
      },
      { id: "other", products: [{ productId: "other.monthly", level: 1, period: "P1M" }] },
    ],
    offers: [
      { offerIdentifier: "STAY", productId: "basic.monthly", mode: "FREE_TRIAL", period: "P3M" },
      { offerIdentifier: "HALF", productId: "basic.monthly", mode: "PAY_AS_YOU_GO", period: "P3M" },
      { offerIdentifier: "YEAR", productId: "basic.yearly", mode: "PAY_UP_FRONT", period: "P1Y" },
      { offerIdentifier: "LESS", productId: "basic.small", mode: "FREE_TRIAL", period: "P1M" },
    ],
  },
  appStoreConnectMessages: new Map([["basic.monthly", RETENTION_OFFER]]),
} as const;

const SUBSCRIBER: Subscriber = {
  originalTransactionId: "2000000000000001",
  productId: "basic.monthly",
  locale: "en-US",
  storefront: "USA",
  ownership: "PURCHASED",
  laterTransactionIds: [],
};

function begin(rest: Partial<Subscriber> = {}): Subscription {
  const { definition } = CONTEXT;
  const context = { definition, environment: "sandbox", begunAt: NOW } as const;
  return deriveSubscription({ ...SUBSCRIBER, ...rest }, context);
}

/** What becomes of a subscription after `before` and then `action`. */
function after(before: readonly SubscriptionAction[], action: SubscriptionAction) {
  const start = before.reduce((one, step) => act(one, CONTEXT, step).subscription, begin());
  return act(start, CONTEXT, action);
}

const CANCEL = { type: "cancel" } as const;
const RENEW = { type: "renew" } as const;
const FAIL = { type: "failToRenew" } as const;
const EXPIRE = { type: "expire" } as const;
const TO_SMALL = { type: "changePlan", productId: "basic.small" } as const;
const TAKE_HALF = { type: "redeemOffer", offerIdentifier: "HALF" } as const;

describe("act() tells what Apple's table of events has", () => {
  test.each<
    [
      name: string,
      before: readonly SubscriptionAction[],
      action: SubscriptionAction,
      notificationType: string,
      subtype: string | undefined,
      status: number,
    ]
  >([
    ["cancels", [], CANCEL, "DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED", 1],
    [
      "changes the mind",
      [CANCEL],
      { type: "resume" },
      "DID_CHANGE_RENEWAL_STATUS",
      "AUTO_RENEW_ENABLED",
      1,
    ],
    [
      "upgrades",
      [],
      { type: "changePlan", productId: "basic.yearly" },
      "DID_CHANGE_RENEWAL_PREF",
      "UPGRADE",
      1,
    ],
    [
      "crosses over to the same period",
      [],
      { type: "changePlan", productId: "basic.other" },
      "DID_CHANGE_RENEWAL_PREF",
      "UPGRADE",
      1,
    ],
    [
      "crosses over to another period",
      [],
      { type: "changePlan", productId: "basic.quarterly" },
      "DID_CHANGE_RENEWAL_PREF",
      "DOWNGRADE",
      1,
    ],
    ["downgrades", [], TO_SMALL, "DID_CHANGE_RENEWAL_PREF", "DOWNGRADE", 1],
    [
      "takes a downgrade back",
      [TO_SMALL],
      { type: "changePlan", productId: "basic.monthly" },
      "DID_CHANGE_RENEWAL_PREF",
      undefined,
      1,
    ],
    [
      "takes an offer",
      [],
      { type: "redeemOffer", offerIdentifier: "STAY" },
      "OFFER_REDEEMED",
      undefined,
      1,
    ],
    [
      "upgrades with an offer",
      [],
      { type: "redeemOffer", offerIdentifier: "YEAR", productId: "basic.yearly" },
      "OFFER_REDEEMED",
      "UPGRADE",
      1,
    ],
    [
      "downgrades with an offer",
      [],
      { type: "redeemOffer", offerIdentifier: "LESS", productId: "basic.small" },
      "OFFER_REDEEMED",
      "DOWNGRADE",
      1,
    ],
    [
      "comes back with an offer",
      [CANCEL, EXPIRE],
      { type: "redeemOffer", offerIdentifier: "STAY" },
      "SUBSCRIBED",
      "RESUBSCRIBE",
      1,
    ],
    ["comes back", [CANCEL, EXPIRE], { type: "resubscribe" }, "SUBSCRIBED", "RESUBSCRIBE", 1],
    ["renews", [], RENEW, "DID_RENEW", undefined, 1],
    ["recovers from the grace period", [FAIL], RENEW, "DID_RENEW", "BILLING_RECOVERY", 1],
    [
      "recovers from billing retry",
      [{ ...FAIL, gracePeriod: false }],
      RENEW,
      "DID_RENEW",
      "BILLING_RECOVERY",
      1,
    ],
    ["cannot be billed", [], { ...FAIL, gracePeriod: false }, "DID_FAIL_TO_RENEW", undefined, 3],
    ["cannot be billed, with a grace period", [], FAIL, "DID_FAIL_TO_RENEW", "GRACE_PERIOD", 4],
    [
      "leaves the grace period",
      [FAIL],
      { type: "endGracePeriod" },
      "GRACE_PERIOD_EXPIRED",
      undefined,
      3,
    ],
    ["ends after cancelling", [CANCEL], EXPIRE, "EXPIRED", "VOLUNTARY", 2],
    ["ends unbilled", [FAIL], EXPIRE, "EXPIRED", "BILLING_RETRY", 2],
    [
      "ends for its price",
      [],
      { ...EXPIRE, reason: "PRICE_INCREASE" },
      "EXPIRED",
      "PRICE_INCREASE",
      2,
    ],
    [
      "ends with its product",
      [],
      { ...EXPIRE, reason: "PRODUCT_NOT_FOR_SALE" },
      "EXPIRED",
      "PRODUCT_NOT_FOR_SALE",
      2,
    ],
    ["is refunded", [], { type: "refund" }, "REFUND", undefined, 5],
  ])("when a subscriber %s", (_name, before, action, notificationType, subtype, status) => {
    const { subscription, events } = after(before, action);
    expect(events).toEqual([
      { notificationType, ...(subtype === undefined ? {} : { subtype }), at: NOW, subscription },
    ]);
    expect(statusOf(subscription)).toBe(status);
  });

  test("when one of the family loses the share", () => {
    const { subscription, events } = act(begin({ ownership: "FAMILY_SHARED" }), CONTEXT, {
      type: "revoke",
    });
    expect(events).toMatchObject([{ notificationType: "REVOKE" }]);
    expect(currentTransaction(subscription).revocation).toMatchObject({ type: "FAMILY_REVOKE" });
    expect(statusOf(subscription)).toBe(5);
  });
});

describe("act() throws EVENT_IMPOSSIBLE", () => {
  test.each<[string, readonly SubscriptionAction[], SubscriptionAction]>([
    ["cancelling twice", [CANCEL], CANCEL],
    ["cancelling what has ended", [CANCEL, EXPIRE], CANCEL],
    ["resuming what was not cancelled", [], { type: "resume" }],
    ["renewing what was cancelled", [CANCEL], RENEW],
    ["renewing what was refunded", [{ type: "refund" }], RENEW],
    ["ending without a reason", [], EXPIRE],
    ["ending twice", [CANCEL, EXPIRE], EXPIRE],
    ["failing to renew twice", [FAIL], FAIL],
    ["leaving a grace period there is not", [], { type: "endGracePeriod" }],
    ["changing to the same plan", [], { type: "changePlan", productId: "basic.monthly" }],
    ["changing to another group", [], { type: "changePlan", productId: "other.monthly" }],
    ["refunding twice", [{ type: "refund" }], { type: "refund" }],
    ["revoking what was bought", [], { type: "revoke" }],
    ["coming back without having left", [], { type: "resubscribe" }],
    ["an offer while nothing can be billed", [{ ...FAIL, gracePeriod: false }], TAKE_HALF],
  ])("for %s", async (_name, before, action) => {
    expect(await catchError(() => after(before, action))).toMatchObject({
      code: "EVENT_IMPOSSIBLE",
    });
  });

  test.each<SubscriptionAction>([CANCEL, TO_SMALL, TAKE_HALF, { type: "refund" }])(
    "for one of the family and $type",
    async (action) => {
      const family = begin({ ownership: "FAMILY_SHARED" });
      expect(await catchError(() => act(family, CONTEXT, action))).toMatchObject({
        code: "EVENT_IMPOSSIBLE",
      });
    },
  );
});

describe("act() throws INPUT_INVALID", () => {
  test.each<SubscriptionAction>([
    { type: "changePlan", productId: "none" },
    { type: "redeemOffer", offerIdentifier: "NONE" },
    { type: "redeemOffer", offerIdentifier: "YEAR" },
    { type: "redeemOffer", offerIdentifier: "STAY", kind: "retention" },
    { type: "refund", percent: 0 },
    { type: "refund", percent: 101 },
  ])("for %j", async (action) => {
    expect(await catchError(() => act(begin(), CONTEXT, action))).toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});

describe("act() with an offer", () => {
  test("begins it with the next renewal, and ends it after its periods", () => {
    const { subscription } = after([], TAKE_HALF);
    expect(currentTransaction(subscription).offer).toBeUndefined();
    let current = subscription;
    const offers = [1, 2, 3, 4].map(() => {
      current = act(current, CONTEXT, RENEW).subscription;
      const { offer, price } = currentTransaction(current);
      return { identifier: offer?.identifier, price };
    });
    expect(offers).toEqual([
      { identifier: "HALF", price: 5000 },
      { identifier: "HALF", price: 5000 },
      { identifier: "HALF", price: 5000 },
      { identifier: undefined, price: 9990 },
    ]);
  });

  test("makes one long free period of a free trial", () => {
    const { subscription } = after([{ type: "redeemOffer", offerIdentifier: "STAY" }], RENEW);
    expect(currentTransaction(subscription)).toMatchObject({
      price: 0,
      reason: "RENEWAL",
      purchaseDate: NOW,
      expiresDate: addPeriod(NOW, "P3M"),
      offer: { kind: "promotional", identifier: "STAY", mode: "FREE_TRIAL", period: "P3M" },
    });
    expect(subscription.renewal.offer).toBeUndefined();
  });

  test("takes App Store Connect's retention offer as such", () => {
    const { subscription } = after([], {
      type: "redeemOffer",
      offerIdentifier: "KEEP",
      kind: "retention",
    });
    expect(subscription.renewal).toMatchObject({
      isOn: true,
      offer: { kind: "retention", identifier: "KEEP" },
    });
  });

  test("turns auto-renewal on again", () => {
    expect(after([CANCEL], TAKE_HALF).subscription.renewal.isOn).toBe(true);
  });
});

describe("act() with another plan", () => {
  test("begins the higher one at once and marks what it left", () => {
    const { subscription } = after([], { type: "changePlan", productId: "basic.yearly" });
    const [left, begun] = subscription.transactions;
    expect(left).toMatchObject({ productId: "basic.monthly", isUpgraded: true, modifiedAt: NOW });
    expect(begun).toMatchObject({
      transactionId: "2000001000000001",
      productId: "basic.yearly",
      reason: "PURCHASE",
      purchaseDate: NOW,
      expiresDate: addPeriod(NOW, "P1Y"),
    });
    expect(subscription.renewal).toEqual({ isOn: true, productId: "basic.yearly" });
  });

  test("begins the lower one with the next renewal", () => {
    const chosen = after([], TO_SMALL).subscription;
    expect(currentTransaction(chosen).productId).toBe("basic.monthly");
    expect(currentTransaction(act(chosen, CONTEXT, RENEW).subscription).productId).toBe(
      "basic.small",
    );
  });
});

describe("act() ends a running period where it", () => {
  test("renews before its end", () => {
    const { subscription } = after([], RENEW);
    const [before, current] = subscription.transactions;
    expect(before.expiresDate).toBe(NOW);
    expect(current?.purchaseDate).toBe(NOW);
  });

  test("recovers in its grace period, which is paid from where the last one ended", () => {
    const failed = after([], FAIL).subscription;
    const later = { ...CONTEXT, at: addPeriod(NOW, "P3D") };
    const { subscription } = act(failed, later, RENEW);
    expect(currentTransaction(subscription).purchaseDate).toBe(NOW);
  });

  test("recovers after its grace period, which is not paid", () => {
    const failed = after([], { ...FAIL, gracePeriod: false }).subscription;
    const later = { ...CONTEXT, at: addPeriod(NOW, "P3D") };
    const { subscription } = act(failed, later, RENEW);
    expect(currentTransaction(subscription).purchaseDate).toBe(later.at);
  });
});
