import type { CancelSheetView, LifeEvent, Subscription } from "@holdfast/emulator";
import { expect, test } from "vitest";
import { createStyle } from "../style.ts";
import { renderDeed } from "./render-deed.ts";

const AT = Date.UTC(2026, 10, 21, 12, 34, 56);
const SUBSCRIPTION: Subscription = {
  originalTransactionId: "2000000000000001",
  ownership: "PURCHASED",
  storefront: "DEU",
  appTransactionId: "704000000000000001",
  transactions: [
    {
      transactionId: "2000000000000001",
      productId: "yoga.monthly",
      purchaseDate: AT,
      expiresDate: AT + 1,
      reason: "PURCHASE",
      price: 9990,
      currency: "EUR",
      modifiedAt: AT,
    },
  ],
  renewal: { isOn: true, productId: "yoga.monthly" },
};
const SUBSCRIBER = {
  originalTransactionId: "2000000000000001",
  productId: "yoga.monthly",
  locale: "de-DE",
  storefront: "DEU",
  ownership: "PURCHASED",
  laterTransactionIds: [],
} as const;
const VIEW: CancelSheetView = {
  viewId: "view",
  app: "yoga",
  environment: "sandbox",
  openedAt: AT - 1000,
  subscriber: SUBSCRIBER,
  request: {
    originalTransactionId: "2000000000000001",
    appAppleId: 1,
    productId: "yoga.monthly",
    userLocale: "de-DE",
    requestIdentifier: "request",
    environment: "Sandbox",
    signedDate: AT,
  },
  outcome: "SUCCESS",
  verdict: { accepted: true, broken: [], warnings: [] },
  shown: { source: "nothing", reason: "NO_DEFAULT_MESSAGE" },
};
const style = createStyle({ colors: false });

test.each([
  ["cancel", "turns renewal off"],
  ["redeem", "takes the offer"],
  ["switch", "goes on with the other product"],
  ["retentionOffer", "takes App Store Connect's offer"],
] as const)("renderDeed() tells in one line who decided what: %s", (type, what) => {
  const change = { subscription: SUBSCRIPTION, status: 1, notifications: [] } as const;
  const line = renderDeed({ type, at: AT, view: VIEW, change }, style);
  expect(line).toBe(`12:34:56 then  yoga.monthly  de-DE          → ${what}`);
});

test("renderDeed() tells who stays", () => {
  const line = renderDeed({ type: "stay", at: AT, view: VIEW, shown: VIEW.shown }, style);
  expect(line).toBe("12:34:56 then  yoga.monthly  de-DE          → stays");
});

test.each<readonly [LifeEvent["type"], string]>([
  ["join", "subscribes for 9.99 EUR"],
  ["resubscribe", "subscribes again for 9.99 EUR"],
  ["resume", "turns renewal on again"],
  ["renew", "renews for 9.99 EUR"],
  ["failToRenew", "cannot be billed"],
  ["endGracePeriod", "cannot be billed any longer"],
  ["expire", "has ended"],
  ["refund", "is given the money back"],
])("renderDeed() tells what happened in a life: %s", (type, what) => {
  const event = { type, at: AT, subscriber: SUBSCRIBER, subscription: SUBSCRIPTION };
  expect(renderDeed(event, style)).toBe(`12:34:56 life  yoga.monthly  de-DE          → ${what}`);
});
