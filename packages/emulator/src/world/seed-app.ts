import type { AppDefinition, Subscriber } from "./app-definition.ts";

function subscriber(
  originalTransactionId: string,
  productId: string,
  rest: Partial<Subscriber> = {},
): Subscriber {
  return {
    originalTransactionId,
    productId,
    locale: "en-US",
    storefront: "USA",
    ownership: "PURCHASED",
    laterTransactionIds: [],
    ...rest,
  };
}

/** An app with the identifiers that the examples of Apple and of others use. */
export const SEED_APP: AppDefinition = {
  id: "seed",
  name: "Example",
  bundleId: "com.example.app",
  appAppleId: 6745974591,
  issuerId: "57246542-96fe-1a63-e053-0824d011072a",
  keyIds: ["MXT7J9D2"],
  groups: [
    {
      id: "yoga_summer",
      products: [
        { productId: "Yoga_summer_2026_annual", level: 1, period: "P1Y" },
        { productId: "Yoga_summer_2026", level: 2, period: "P1M" },
      ],
    },
    { id: "example", products: [{ productId: "com.example.monthly", level: 1, period: "P1M" }] },
    { id: "premium", products: [{ productId: "premium.yearly", level: 1, period: "P1Y" }] },
  ],
  offers: [
    {
      offerIdentifier: "SAVE50",
      productId: "premium.yearly",
      mode: "PAY_AS_YOU_GO",
      period: "P1Y",
    },
  ],
  subscribers: [
    subscriber("2000000000000000", "com.example.monthly"),
    subscriber("123456789", "Yoga_summer_2026"),
    subscriber("1000011859217", "Yoga_summer_2026", {
      laterTransactionIds: ["1000098916194"],
      appAccountToken: "23a91ca7-06f3-425f-bff6-820904b510a9",
    }),
    subscriber("2000000123456789", "premium.yearly"),
  ],
  population: { count: 40, seed: 20260516 },
  content: {
    messages: [
      {
        messageIdentifier: "551ee7c0-c097-418e-9dd5-2a98533a7390",
        header: "Keep everything you unlocked",
        body: "Continue your subscription and keep access to every class.",
      },
      {
        messageIdentifier: "ed7f25fc-5741-46a3-8502-062e0fb8afd0",
        header: "Save with a year",
        body: "The same plan for less each month.",
      },
      {
        messageIdentifier: "80135e2b-ae15-4ec4-8c5c-9ecc8045c0dc",
        header: "Three months on us",
        body: "Stay and pay nothing until autumn.",
      },
      {
        messageIdentifier: "d6db64ea-f018-4ab1-8852-0b33d7c5eeb1",
        header: "Half price for a year",
        body: "Stay with Premium and save 50 percent.",
      },
    ],
    images: ["22222222-2222-4222-8222-222222222222"],
    defaults: ["Yoga_summer_2026", "Yoga_summer_2026_annual", "premium.yearly"].map(
      (productId) => ({
        productId,
        locale: "en-US",
        messageIdentifier: "551ee7c0-c097-418e-9dd5-2a98533a7390",
      }),
    ),
    appStoreConnectMessages: [
      {
        productId: "Yoga_summer_2026",
        message: {
          referenceName: "Yoga 2026",
          state: "APPROVED",
          localizations: {
            "en-US": { header: "Stay for the summer", body: "The next three months are free." },
          },
          retentionOffer: {
            offerIdentifier: "Yoga_2026_cancel_free_3m",
            mode: "FREE_TRIAL",
            period: "P3M",
          },
        },
      },
    ],
  },
};
