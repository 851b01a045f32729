import type { AppDefinition, Subscriber } from "../world/index.ts";

/** Identifiers of the test app's messages. */
export const MESSAGE = {
  plain: "00000000-0000-4000-8000-000000000001",
  byDefault: "00000000-0000-4000-8000-000000000002",
} as const;

/** Identifiers of the test app's subscriptions in both environments. */
export const SUBSCRIBER = {
  monthly: "2000000000000001",
  family: "2000000000000002",
  renewed: "2000000000000003",
  renewal: "2000000000000093",
  appTransaction: "704000000000000003",
  advancedCommerce: "2000000000000004",
  withoutDefault: "2000000000000005",
} as const;

function subscriber(originalTransactionId: string, rest: Partial<Subscriber> = {}): Subscriber {
  return {
    originalTransactionId,
    productId: "basic.monthly",
    locale: "en-US",
    storefront: "USA",
    ownership: "PURCHASED",
    laterTransactionIds: [],
    ...rest,
  };
}

/** An app with one of everything that rules are about. */
export const TEST_APP: AppDefinition = {
  id: "test",
  name: "Test",
  bundleId: "com.example.test",
  appAppleId: 1234567890,
  issuerId: "11111111-2222-4333-8444-555555555555",
  keyIds: ["TESTKEY001"],
  groups: [
    {
      id: "basic",
      products: [
        { productId: "basic.yearly", level: 1, period: "P1Y" },
        { productId: "basic.monthly", level: 2, period: "P1M" },
      ],
    },
    { id: "other", products: [{ productId: "other.monthly", level: 1, period: "P1M" }] },
    {
      id: "advanced",
      products: [
        { productId: "advanced.monthly", level: 1, period: "P1M", advancedCommerce: true },
      ],
    },
  ],
  offers: [
    { offerIdentifier: "STAY", productId: "basic.monthly", mode: "FREE_TRIAL", period: "P3M" },
    { offerIdentifier: "AWAY", productId: "other.monthly", mode: "FREE_TRIAL", period: "P3M" },
  ],
  subscribers: [
    subscriber(SUBSCRIBER.monthly),
    subscriber(SUBSCRIBER.family, { ownership: "FAMILY_SHARED" }),
    subscriber(SUBSCRIBER.renewed, {
      laterTransactionIds: [SUBSCRIBER.renewal],
      appTransactionId: SUBSCRIBER.appTransaction,
    }),
    subscriber(SUBSCRIBER.advancedCommerce, { productId: "advanced.monthly" }),
    subscriber(SUBSCRIBER.withoutDefault, { locale: "de-DE" }),
  ],
  content: {
    messages: [
      { messageIdentifier: MESSAGE.plain, header: "Stay", body: "Please stay." },
      { messageIdentifier: MESSAGE.byDefault, header: "Default", body: "By default." },
    ],
    defaults: [
      {
        productId: "basic.monthly",
        locale: "en-US",
        messageIdentifier: MESSAGE.byDefault,
      },
    ],
  },
};
