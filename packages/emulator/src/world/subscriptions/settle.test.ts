import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEST_APP } from "../../testing/test-app.ts";
import { addPeriod } from "../iso-period.ts";
import { cancel } from "./renewal-status.ts";
import { deriveSubscription } from "./derive-subscription.ts";
import { failPayment, failToRenew } from "./lapse.ts";
import { renew } from "./renew.ts";
import { nextDueAt, settle } from "./settle.ts";
import { currentTransaction, statusOf } from "./subscription.ts";

const NOW = Date.UTC(2026, 10, 21);
const MONTHLY = deriveSubscription(
  {
    originalTransactionId: "2000000000000001",
    productId: "basic.monthly",
    locale: "en-US",
    storefront: "USA",
    ownership: "PURCHASED",
    laterTransactionIds: [],
  },
  { definition: TEST_APP, environment: "sandbox", begunAt: NOW },
);
const END = currentTransaction(MONTHLY).expiresDate;

function settleAt(subscription: typeof MONTHLY, at: number) {
  const change = settle(subscription, { definition: TEST_APP, at });
  const told = change.events.map(({ notificationType, subtype, at: when }) => [
    notificationType,
    subtype,
    when,
  ]);
  return { ...change, told };
}

describe("settle()", () => {
  test("returns the very same subscription before its period is over", () => {
    const { subscription, told } = settleAt(MONTHLY, END - 1);
    expect(subscription).toBe(MONTHLY);
    expect(told).toEqual([]);
  });

  test("renews at the end of each period", () => {
    const second = addPeriod(END, "P1M");
    const { subscription, told } = settleAt(MONTHLY, second);
    expect(told).toEqual([
      ["DID_RENEW", undefined, END],
      ["DID_RENEW", undefined, second],
    ]);
    expect(currentTransaction(subscription).expiresDate).toBe(addPeriod(second, "P1M"));
  });

  test("ends what was cancelled, once", () => {
    const { subscription } = cancel(MONTHLY, { definition: TEST_APP, at: NOW });
    const ended = settleAt(subscription, addPeriod(END, "P1Y"));
    expect(ended.told).toEqual([["EXPIRED", "VOLUNTARY", END]]);
    expect(statusOf(ended.subscription)).toBe(2);
  });

  test("ends a grace period, and billing retry after 60 days", () => {
    const { subscription } = failToRenew(MONTHLY, { definition: TEST_APP, at: NOW });
    expect(settleAt(subscription, addPeriod(NOW, "P1Y")).told).toEqual([
      ["GRACE_PERIOD_EXPIRED", undefined, addPeriod(NOW, "P16D")],
      ["EXPIRED", "BILLING_RETRY", addPeriod(NOW, "P60D")],
    ]);
  });

  test.each([true, false])(
    "bills in vain when payment fails, with a grace period: %s",
    (gracePeriod) => {
      const context = { definition: TEST_APP, at: NOW };
      const { subscription, events } = failPayment(MONTHLY, context, { gracePeriod });
      expect(events).toEqual([]);
      expect(statusOf(subscription)).toBe(1);
      const failed = settleAt(subscription, END);
      expect(failed.told).toEqual([
        ["DID_FAIL_TO_RENEW", gracePeriod ? "GRACE_PERIOD" : undefined, END],
      ]);
      // Once it is paid, the next renewal is too.
      const paid = renew(failed.subscription, { definition: TEST_APP, at: END + 1 });
      const next = currentTransaction(paid.subscription).expiresDate;
      expect(settleAt(paid.subscription, next).told).toEqual([["DID_RENEW", undefined, next]]);
    },
  );

  test("comes to the same in steps as at once, at any pace", () => {
    const days = fc.integer({ min: 1, max: 200 });
    const starts = [
      MONTHLY,
      cancel(MONTHLY, { definition: TEST_APP, at: NOW }).subscription,
      failPayment(MONTHLY, { definition: TEST_APP, at: NOW }).subscription,
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.array(days, { maxLength: 8 }),
        fc.constantFrom(1, 1 / 24, 1 / 8640),
        (start, steps, timeScale) => {
          const context = { definition: TEST_APP, timeScale };
          let stepped = start;
          let at = NOW;
          const events = steps.flatMap((step) => {
            at += step * 86_400_000 * timeScale;
            const change = settle(stepped, { ...context, at });
            stepped = change.subscription;
            return change.events;
          });
          const once = settle(start, { ...context, at });
          expect([stepped, events]).toEqual([once.subscription, once.events]);
          expect(nextDueAt(stepped) ?? Infinity).toBeGreaterThan(at);
        },
      ),
    );
  });
});
