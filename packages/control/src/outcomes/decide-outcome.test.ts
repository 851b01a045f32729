import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { signalsOf } from "./signals-of.ts";
import type { Exposure } from "./taken.ts";
import { notification, status } from "./testing/told.ts";

const HOUR = 3_600_000;
const WINDOW = 24 * HOUR;
const T = 1_800_000_000_000;
const END = T + WINDOW;

const EXPOSURE: Exposure = {
  exposedAt: T,
  product: "monthly",
  delivered: "message",
  offer: "",
  targetProduct: "",
};

const ON = { autoRenewStatus: 1, autoRenewProductId: "monthly" };
const OFF = { autoRenewStatus: 0, autoRenewProductId: "monthly", expirationIntent: 1 };

function turnedOff(at: number) {
  return notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED", at, { renewalInfo: OFF });
}

function turnedOn(at: number) {
  return notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_ENABLED", at, { renewalInfo: ON });
}

/** It could not be billed: a status has the intent while Apple still tries, too. */
const RETRIED = { expirationIntent: 2, isInBillingRetryPeriod: true };
const GIVEN_UP = { expirationIntent: 2, isInBillingRetryPeriod: false };

function observed(at: number, renewalInfo: object) {
  return status(at, { renewalInfo });
}

/** Decides by news in their order, and in the opposite one, which must not matter. */
function decide(
  news: readonly SubscriptionNews[],
  { isHeard = true, ...exposure }: Partial<Exposure> & { readonly isHeard?: boolean } = {},
) {
  const exposed = { ...EXPOSURE, ...exposure };
  const terms = { windowMs: WINDOW, isHeard };
  const signals = news.flatMap(signalsOf);
  const decided = decideOutcome(exposed, signals, terms);
  const repeated = [...signals, ...signals].reverse();
  expect(decideOutcome(exposed, repeated, terms)).toEqual(decided);
  return decided;
}

const PROMO = { offerType: 2, offerIdentifier: "Y3" };
const promo = (at: number) =>
  notification("OFFER_REDEEMED", at, { renewalInfo: { ...ON, ...PROMO } });

describe("decideOutcome()", () => {
  test.each([
    ["went on to cancel", [turnedOff(T + 5)], "cancelled", T + 5],
    ["stayed: nothing is told", [], "kept", END],
    ["took a promotional offer of the same plan", [promo(T + 5)], "redeemed", T + 5],
    [
      "took a promotional offer of a dearer plan",
      [
        notification("OFFER_REDEEMED/UPGRADE", T + 5, {
          transaction: { purchaseDate: T + 4, productId: "yearly", ...PROMO },
          renewalInfo: { autoRenewStatus: 1, autoRenewProductId: "yearly" },
        }),
      ],
      "redeemed",
      T + 5,
    ],
    [
      "took a promotional offer of a cheaper plan",
      [
        notification("OFFER_REDEEMED/DOWNGRADE", T + 5, {
          renewalInfo: { autoRenewStatus: 1, autoRenewProductId: "basic", ...PROMO },
        }),
      ],
      "redeemed",
      T + 5,
    ],
    ["upgraded", [notification("DID_CHANGE_RENEWAL_PREF/UPGRADE", T + 5)], "switched", T + 5],
    ["downgraded", [notification("DID_CHANGE_RENEWAL_PREF/DOWNGRADE", T + 5)], "switched", T + 5],
    [
      "downgraded, and thought better of it",
      [
        notification("DID_CHANGE_RENEWAL_PREF/DOWNGRADE", T + 5),
        notification("DID_CHANGE_RENEWAL_PREF", T + 9),
      ],
      "kept",
      END,
    ],
    [
      "took a retention offer, seen in renewal info",
      [
        observed(T - 5, ON),
        notification("DID_CHANGE_RENEWAL_PREF", T + 5, {
          renewalInfo: { ...ON, offerType: 5, offerIdentifier: "R1" },
        }),
      ],
      "retentionOffer",
      T + 5,
    ],
    [
      "took a retention offer, seen in a transaction",
      [
        observed(T - 5, ON),
        notification("DID_RENEW", T + 9, {
          transaction: {
            purchaseDate: T + 8,
            transactionReason: "RENEWAL",
            price: 0,
            currency: "USD",
            offerDiscountType: "FREE_TRIAL",
            offerType: 5,
          },
        }),
      ],
      "retentionOffer",
      T + 8,
    ],
    [
      "took a retention offer, told as OFFER_REDEEMED",
      [notification("OFFER_REDEEMED", T + 5, { renewalInfo: { ...ON, offerType: 5 } })],
      "retentionOffer",
      T + 5,
    ],
    [
      "redeemed an offer code: that is no promotional offer",
      [notification("OFFER_REDEEMED", T + 5, { renewalInfo: { ...ON, offerType: 3 } })],
      "kept",
      END,
    ],
    ["changed their mind within the window", [turnedOff(T + 5), turnedOn(T + 9)], "kept", END],
    [
      "changed their mind twice",
      [turnedOff(T + 5), turnedOn(T + 9), turnedOff(T + 12)],
      "cancelled",
      T + 12,
    ],
    ["redeemed, and cancelled all the same", [promo(T + 5), turnedOff(T + 9)], "cancelled", T + 9],
    ["cancelled, and redeemed then", [turnedOff(T + 5), promo(T + 9)], "redeemed", T + 9],
    [
      "lapsed in the window",
      [turnedOff(T + 5), notification("EXPIRED/VOLUNTARY", T + 9, { renewalInfo: OFF })],
      "cancelled",
      T + 5,
    ],
    [
      "could not be billed: that is not the subscriber's doing",
      [
        notification("EXPIRED/BILLING_RETRY", T + 9, {
          renewalInfo: { autoRenewStatus: 0, expirationIntent: 2 },
        }),
      ],
      "kept",
      END,
    ],
    ["renewed", [notification("DID_RENEW", T + 5, { renewalInfo: ON })], "kept", END],
    ["cancelled after the window", [turnedOff(END + 1)], "kept", END],
    ["cancelled at its very end", [turnedOff(END)], "cancelled", END],
    ["cancelled at the very request", [turnedOff(T)], "unknown", undefined],
    ["cancelled before, and has not come back", [turnedOff(T - 9)], "unknown", undefined],
    [
      "cancelled before, and came back in the window",
      [turnedOff(T - 9), turnedOn(T + 9)],
      "kept",
      END,
    ],
    [
      "cancelled before, and came back after it",
      [turnedOff(T - 9), turnedOn(END + 9)],
      "unknown",
      undefined,
    ],
    ["cancelled unheard, and came back after it", [turnedOn(END + 9)], "cancelled", END],
    ["redeemed after the window", [promo(END + 1)], "kept", END],
    ["redeemed at its very end", [promo(END)], "redeemed", END],
    ["redeemed at the very request", [promo(T)], "kept", END],
    [
      "renewed under an offer from before",
      [
        status(T - 9, {
          renewalInfo: { ...ON, ...PROMO },
          transaction: { purchaseDate: T - 99, expiresDate: T + 9, ...PROMO },
        }),
        notification("DID_RENEW", T + 9, {
          renewalInfo: { ...ON, ...PROMO },
          transaction: { purchaseDate: T + 8, transactionReason: "RENEWAL", ...PROMO },
        }),
      ],
      "kept",
      END,
    ],
  ] as const)("says of one who %s", (_, news, outcome, at) => {
    expect(decide(news)).toEqual(at === undefined ? { outcome } : { outcome, at });
  });

  test.each([
    ["nothing", [], "unknown"],
    [
      "a status in the window alone, which says nothing of its end",
      [observed(T + 5, ON)],
      "unknown",
    ],
    ["a status after it that says on", [observed(END + HOUR, ON)], "kept"],
    ["a status after it that says off", [observed(END + HOUR, OFF)], "cancelled"],
    [
      "one that is on while Apple tries to bill",
      [observed(END + 9, { ...ON, ...RETRIED })],
      "kept",
    ],
    ["one turned off meanwhile", [observed(END + 9, { ...OFF, ...RETRIED })], "cancelled"],
    ["one after Apple has given up", [observed(END + 9, { ...OFF, ...GIVEN_UP })], "unknown"],
    ["a status long after it", [observed(END + 3 * WINDOW, ON)], "unknown"],
    ["a status at its end", [observed(END, ON)], "kept"],
    ["on in the window, off after it", [observed(T + 5, ON), observed(END + 9, OFF)], "cancelled"],
    ["what was told", [turnedOff(T + 5)], "cancelled"],
    [
      "another product afterwards",
      [observed(T - 5, ON), observed(END + 9, { ...ON, autoRenewProductId: "yearly" })],
      "switched",
    ],
    [
      "an offer afterwards",
      [observed(T - 5, ON), observed(END + 9, { ...ON, ...PROMO })],
      "redeemed",
    ],
    [
      "an offer that was not ours, and nothing before",
      [observed(END + 9, { ...ON, ...PROMO })],
      "kept",
    ],
  ] as const)("goes by %s where no notifications come", (_, news, outcome) => {
    expect(decide(news, { isHeard: false }).outcome).toBe(outcome);
  });

  test("takes what was delivered for new where nothing is known of before", () => {
    const redeemed = [observed(END + 9, { ...ON, ...PROMO })];
    const offered = {
      delivered: "promotionalOffer",
      offer: "Y3",
      targetProduct: "monthly",
    } as const;
    expect(decide(redeemed, offered)).toEqual({ outcome: "redeemed", at: END });
    const switched = [observed(END + 9, { ...ON, autoRenewProductId: "yearly" })];
    expect(decide(switched)).toEqual({ outcome: "kept", at: END });
    const alternate = { delivered: "alternateProduct", targetProduct: "yearly" } as const;
    expect(decide(switched, alternate)).toEqual({ outcome: "switched", at: END });
    const retained = [observed(T + 9, { ...ON, offerType: 5 })];
    expect(decide(retained, { delivered: "deferToApple" }).outcome).toBe("retentionOffer");
  });

  test("never says kept or taken of one whose last word in the window was to turn it off", () => {
    const times = fc.integer({ min: T - 9, max: END + 9 });
    const makers = [turnedOff, turnedOn, promo, (at: number) => observed(at, ON)];
    const event = fc.record({ at: times, make: fc.constantFrom(...makers) });
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { selector: ({ at }) => at }),
        fc.boolean(),
        (events, isHeard) => {
          const { outcome, at } = decide(
            events.map((each) => each.make(each.at)),
            { isHeard },
          );
          expect(at === undefined || (at > T && at <= END)).toBe(true);
          const inside = events.filter((each) => each.at > T && each.at <= END);
          const last = inside.toSorted((one, other) => one.at - other.at).at(-1);
          const before = events
            .filter((each) => each.at <= T)
            .toSorted((one, other) => one.at - other.at)
            .at(-1);
          const isLastWord = last?.make === turnedOff && !events.some((each) => each.at > END);
          const wasOn = before?.make !== turnedOff || inside.some(({ make }) => make !== turnedOff);
          const expected = wasOn ? "cancelled" : "unknown";
          expect(outcome).toBe(isLastWord ? expected : outcome);
        },
      ),
      { numRuns: 300 },
    );
  });
});
