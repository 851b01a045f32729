import { describe, expect, test } from "vitest";
import { TEST_APP } from "../../testing/test-app.ts";
import { addPeriod } from "../iso-period.ts";
import { cancel } from "./renewal-status.ts";
import { deriveSubscription } from "./derive-subscription.ts";
import { failToRenew } from "./lapse.ts";
import { settle } from "./settle.ts";
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
});
