import type { AppDefinition } from "@holdfast/emulator";

/** One product with one offer and one retention message: as few calls as there can be of each kind. */
export const SMALL_APP: AppDefinition = {
  id: "yoga",
  name: "Yoga",
  bundleId: "com.example.yoga",
  appAppleId: 6_745_974_592,
  issuerId: "8f3a2c51-4b7e-4d09-a6c1-2e5f90b7d384",
  keyIds: ["SMALLKEY01"],
  groups: [{ id: "yoga", products: [{ productId: "yoga.monthly", level: 1, period: "P1M" }] }],
  offers: [
    {
      offerIdentifier: "YOGA_HALF",
      productId: "yoga.monthly",
      mode: "PAY_AS_YOU_GO",
      period: "P3M",
    },
  ],
  subscribers: [
    {
      originalTransactionId: "2000000100000001",
      productId: "yoga.monthly",
      locale: "en-US",
      storefront: "USA",
      ownership: "PURCHASED",
      laterTransactionIds: [],
    },
  ],
  content: {
    appStoreConnectMessages: [
      {
        productId: "yoga.monthly",
        message: {
          referenceName: "Stay",
          state: "APPROVED",
          localizations: { "en-US": { header: "Stay", body: "Please stay." } },
          retentionOffer: { offerIdentifier: "STAY_3M", mode: "FREE_TRIAL", period: "P3M" },
        },
      },
    ],
  },
};
