import {
  parseNotification,
  parseRenewalInfo,
  parseTransaction,
} from "@holdfast/appstore/signed-data";
import { createEmulator } from "@holdfast/emulator";
import type { AppDefinition, Emulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { decideRenewal } from "./decide-renewal.ts";
import { signalsOf } from "./signals-of.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const PLACE = { app: "yoga", environment: "production" } as const;

const OFFER = { mode: "FREE_TRIAL", period: "P3M" } as const;
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
        { productId: "yearly", level: 1, period: "P1Y", usdPrice: 99 },
        { productId: "monthly", level: 2, period: "P1M", usdPrice: 9.99 },
        { productId: "basic", level: 3, period: "P1M", usdPrice: 4.99 },
      ],
    },
  ],
  offers: [
    { offerIdentifier: "STAY", productId: "monthly", ...OFFER },
    { offerIdentifier: "YEAR", productId: "yearly", ...OFFER },
    { offerIdentifier: "BASIC", productId: "basic", ...OFFER },
  ],
};

type Action = Parameters<Emulator["changeSubscription"]>[1];

const clock = { at: Date.UTC(2026, 0, 1) };
let emulator: Emulator;
beforeAll(async () => {
  emulator = await createEmulator({
    apps: [APP],
    clock: { now: () => clock.at, elapsed: () => clock.at, sleep: () => Promise.resolve() },
    fetch: () => Promise.resolve(new Response(null, { status: 200 })),
    notificationUrls: { yoga: { production: "https://notifications.example.com/v2" } },
  });
  emulator.setAppStoreConnectMessage(PLACE, "monthly", {
    referenceName: "Stay",
    state: "APPROVED",
    localizations: { "en-US": { header: "Stay", body: "Three months on us." } },
    retentionOffer: { offerIdentifier: "KEEP", ...OFFER },
  });
});
afterAll(() => emulator.close());

function payloadOf(compact: string): unknown {
  return JSON.parse(Buffer.from(compact.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** A notification as it is handed on; it is verified elsewhere. */
function newsOf({ signedPayload }: { readonly signedPayload: string }): SubscriptionNews {
  const { data, ...heading } = parseNotification(payloadOf(signedPayload));
  const { signedTransactionInfo = "", signedRenewalInfo = "", status } = data ?? {};
  const { notificationUUID, notificationType, subtype, signedDate } = heading;
  return {
    pseudonym: "p",
    sealedId: "s",
    source: "notification",
    signedDate,
    notification: { notificationUUID, notificationType, ...(subtype && { subtype }) },
    ...(status === undefined ? {} : { status }),
    transaction: parseTransaction(payloadOf(signedTransactionInfo)),
    renewalInfo: parseRenewalInfo(payloadOf(signedRenewalInfo)),
  };
}

/** Lets somebody subscribe, be asked about a week later, do something a minute apart, and live on for 80 days. */
async function live(actions: readonly Action[]) {
  const { subscriber } = await emulator.addSubscriber(PLACE, {
    productId: "monthly",
    locale: "en-US",
    storefront: "USA",
  });
  const { originalTransactionId } = subscriber;
  clock.at += 7 * DAY;
  const exposedAt = clock.at;
  for (const action of actions) {
    clock.at += MINUTE;
    await emulator.changeSubscription({ ...PLACE, originalTransactionId }, action);
  }
  clock.at = exposedAt + 80 * DAY;
  await emulator.subscription({ ...PLACE, originalTransactionId });
  const signals = emulator
    .notifications(PLACE)
    .filter((each) => each.originalTransactionId === originalTransactionId)
    .flatMap((each) => signalsOf(newsOf(each)));
  const exposure = {
    exposedAt,
    product: "monthly",
    delivered: "message",
    offer: "",
    targetProduct: "",
  } as const;
  const { outcome, at } = decideOutcome(exposure, signals, { windowMs: DAY, isHeard: true });
  const { renewal, revenue } = decideRenewal(exposedAt, signals, clock.at);
  return { outcome, after: ((at ?? 0) - exposedAt) / MINUTE, renewal, paid: revenue?.milliunits };
}

const CANCEL: Action = { type: "cancel" };
const redeem = (offerIdentifier: string, productId: string): Action => ({
  type: "redeemOffer",
  offerIdentifier,
  productId,
});

describe("as a local App Store tells it", () => {
  test.each([
    ["does nothing", [], "kept", 1440, "renewed", 9990],
    ["cancels", [CANCEL], "cancelled", 1, "lapsed", undefined],
    ["cancels and comes back", [CANCEL, { type: "resume" }], "kept", 1440, "renewed", 9990],
    ["redeems an offer", [redeem("STAY", "monthly")], "redeemed", 1, "renewed", 0],
    ["cancels, and redeems", [CANCEL, redeem("STAY", "monthly")], "redeemed", 2, "renewed", 0],
    [
      "redeems, and cancels",
      [redeem("STAY", "monthly"), CANCEL],
      "cancelled",
      2,
      "lapsed",
      undefined,
    ],
    ["redeems for a higher product", [redeem("YEAR", "yearly")], "redeemed", 1, "renewed", 0],
    ["redeems for a lower product", [redeem("BASIC", "basic")], "redeemed", 1, "renewed", 0],
    ["upgrades", [{ type: "changePlan", productId: "yearly" }], "switched", 1, "renewed", 99_000],
    ["downgrades", [{ type: "changePlan", productId: "basic" }], "switched", 1, "renewed", 4990],
    [
      "downgrades and thinks better of it",
      [
        { type: "changePlan", productId: "basic" },
        { type: "changePlan", productId: "monthly" },
      ],
      "kept",
      1440,
      "renewed",
      9990,
    ],
    [
      "takes the retention offer",
      [{ type: "redeemOffer", offerIdentifier: "KEEP", kind: "retention" }],
      "retentionOffer",
      1,
      "renewed",
      0,
    ],
  ] as const satisfies readonly (readonly [string, readonly Action[], ...unknown[]])[])(
    "one who %s",
    async (_, actions, outcome, after, renewal, paid) => {
      expect(await live(actions)).toEqual({ outcome, after, renewal, paid });
    },
  );
});
