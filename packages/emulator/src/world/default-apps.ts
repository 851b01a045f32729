import type { AppDefinition } from "./app-definition.ts";
import { SEED_APP } from "./seed-app.ts";

/** A yoga app: two plans in one group, a family plan in another, three promotional offers. */
const YOGA_APP: AppDefinition = {
  id: "yoga",
  name: "Example Yoga",
  bundleId: "com.example.yoga",
  appAppleId: 6745974592,
  issuerId: "8f3a2c51-4b7e-4d09-a6c1-2e5f90b7d384",
  keyIds: ["Y0GAK3Y241"],
  groups: [
    {
      id: "yoga",
      products: [
        {
          productId: "yoga.yearly",
          level: 1,
          period: "P1Y",
          introductoryOffer: { mode: "FREE_TRIAL", period: "P1W" },
        },
        { productId: "yoga.monthly", level: 2, period: "P1M" },
      ],
    },
    { id: "yoga_family", products: [{ productId: "yoga.family", level: 1, period: "P1Y" }] },
  ],
  offers: [
    {
      offerIdentifier: "YOGA_3M_FREE",
      productId: "yoga.yearly",
      mode: "FREE_TRIAL",
      period: "P3M",
    },
    { offerIdentifier: "Y3", productId: "yoga.yearly", mode: "PAY_UP_FRONT", period: "P1Y" },
    {
      offerIdentifier: "YOGA_HALF",
      productId: "yoga.monthly",
      mode: "PAY_AS_YOU_GO",
      period: "P3M",
    },
  ],
  // The first one is whom examples and performance tests use.
  subscribers: [
    {
      originalTransactionId: "2000000100000001",
      productId: "yoga.monthly",
      locale: "en-US",
      storefront: "USA",
      ownership: "PURCHASED",
      laterTransactionIds: ["2000001100000001"],
    },
  ],
  population: { count: 120, seed: 20261121 },
  content: {
    // A French text that was uploaded elsewhere, for flows that adopt its identifier.
    messages: [
      {
        messageIdentifier: "551ee7c0-c097-418e-9dd5-2a98533a7390",
        header: "Vos cours vous attendent",
        body: "Gardez vos cours de yoga guidés et votre série.",
      },
    ],
  },
};

/** Returns the apps a world has unless it is given others: `yoga` and `seed`. */
export function defaultApps(): readonly AppDefinition[] {
  return [YOGA_APP, SEED_APP];
}
