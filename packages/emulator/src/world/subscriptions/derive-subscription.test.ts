import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../app-definition.ts";
import { defaultApps } from "../default-apps.ts";
import { makeSubscribers } from "../make-subscribers.ts";
import { deriveSubscription } from "./derive-subscription.ts";
import { currentTransaction, STATUS, statusOf } from "./subscription.ts";

const BEGUN_AT = Date.UTC(2026, 10, 21);

/** All lives of the default apps. */
function everyLife() {
  return defaultApps().flatMap((definition) =>
    ENVIRONMENTS.flatMap((environment) =>
      makeSubscribers(definition, environment).map((subscriber) => {
        const context = { definition, environment, begunAt: BEGUN_AT };
        return { definition, subscriber, subscription: deriveSubscription(subscriber, context) };
      }),
    ),
  );
}

const LIVES = everyLife();

describe("deriveSubscription()", () => {
  test("derives the same life every time", () => {
    expect(everyLife()).toEqual(LIVES);
  });

  test("begins with the transactions the subscriber has, in their order", () => {
    for (const { subscriber, subscription } of LIVES) {
      const { originalTransactionId, laterTransactionIds } = subscriber;
      expect(subscription.transactions.map(({ transactionId }) => transactionId)).toEqual([
        originalTransactionId,
        ...laterTransactionIds,
      ]);
    }
  });

  test("has periods that follow each other, the first bought and the others renewals", () => {
    for (const { subscription } of LIVES) {
      const [first, ...later] = subscription.transactions;
      expect(first.reason).toBe("PURCHASE");
      let end = first.expiresDate;
      expect(end).toBeGreaterThan(first.purchaseDate);
      for (const { purchaseDate, expiresDate, reason } of later) {
        expect(reason).toBe("RENEWAL");
        expect(purchaseDate).toBe(end);
        expect(expiresDate).toBeGreaterThan(purchaseDate);
        end = expiresDate;
      }
    }
  });

  test("ends the period of those who are served after the world begins, of others before", () => {
    for (const { subscription } of LIVES) {
      const { purchaseDate, expiresDate } = currentTransaction(subscription);
      expect(purchaseDate).toBeLessThan(BEGUN_AT);
      expect(expiresDate > BEGUN_AT).toBe(statusOf(subscription) === STATUS.active);
    }
  });

  test("leaves those the definition names plain: active, renewing, without offers", () => {
    for (const { definition, subscriber, subscription } of LIVES) {
      const { originalTransactionId } = subscriber;
      const named = definition.subscribers ?? [];
      if (!named.some((one) => one.originalTransactionId === originalTransactionId)) continue;
      expect(statusOf(subscription)).toBe(STATUS.active);
      expect(subscription.renewal).toEqual({ isOn: true, productId: subscriber.productId });
      expect(subscription.transactions.every(({ offer }) => offer === undefined)).toBe(true);
    }
  });

  test("has some of every condition among those made up, and most of them renewing", () => {
    const statuses = new Set(LIVES.map(({ subscription }) => statusOf(subscription)));
    expect(statuses).toEqual(
      new Set([STATUS.active, STATUS.expired, STATUS.billingRetry, STATUS.billingGracePeriod]),
    );
    const renewing = LIVES.filter(
      ({ subscription }) => statusOf(subscription) === STATUS.active && subscription.renewal.isOn,
    );
    expect(renewing.length / LIVES.length).toBeGreaterThan(0.75);
    const kinds = LIVES.flatMap(({ subscription }) =>
      subscription.transactions.flatMap(({ offer }) => (offer === undefined ? [] : [offer.kind])),
    );
    expect(new Set(kinds)).toEqual(new Set(["introductory", "promotional"]));
  });
});
