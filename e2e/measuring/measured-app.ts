import type { AppDefinition } from "@holdfast/emulator";
import { makeSubscribers } from "../../packages/emulator/src/world/make-subscribers.ts";

/** Where everything happens. */
export const PLACE = { app: "yoga", environment: "sandbox" } as const;

/** Identifiers of the messages; each is shown by one arm or rule alone. */
export const MESSAGE = {
  plain: "00000000-0000-4000-8000-000000000001",
  switching: "00000000-0000-4000-8000-000000000002",
  offering: "00000000-0000-4000-8000-000000000003",
  loyal: "00000000-0000-4000-8000-000000000004",
  fallback: "00000000-0000-4000-8000-000000000005",
} as const;

/** The unit of the experiment, as outcomes call it. */
export const EXPERIMENT = "experiment:stay";

/** What answers everybody: an experiment of three arms for all who pay by the month, and a rule by state. */
export const FLOW = `version: 1
app: com.example.yoga
messages:
${Object.entries(MESSAGE)
  .map(([name, id]) => `  ${name}: { defaultLocale: en-US, locales: { en-US: { id: ${id} } } }`)
  .join("\n")}
rules:
  - name: monthly
    when: { productId: yoga.monthly }
    experiment:
      key: stay
      traffic: 100
      arms:
        - { name: control, weight: 1, respond: { message: plain } }
        - name: switch
          weight: 1
          respond:
            alternateProduct: { message: switching, products: { yoga.monthly: yoga.yearly } }
            fallback: { message: fallback }
        - name: offer
          weight: 1
          respond:
            promotionalOffer: { message: offering, offers: { yoga.monthly: HALF } }
            fallback: { message: fallback }
  - name: loyal
    when: { productId: yoga.yearly, subscription.tenureDays: { gte: 30 } }
    respond: { message: loyal }
fallback: { message: fallback }
`;

/** Returns the app with so many subscribers, to each of whom something can be shown. */
export function measuredApp(count: number): AppDefinition {
  const app: AppDefinition = {
    id: PLACE.app,
    name: "Yoga",
    bundleId: "com.example.yoga",
    appAppleId: 6_745_974_592,
    issuerId: "11111111-2222-4333-8444-555555555555",
    keyIds: ["YOGAKEY001"],
    groups: [
      {
        id: "yoga",
        products: [
          { productId: "yoga.yearly", level: 1, period: "P1Y", usdPrice: 60 },
          { productId: "yoga.monthly", level: 2, period: "P1M", usdPrice: 10 },
        ],
      },
    ],
    offers: [
      {
        offerIdentifier: "HALF",
        productId: "yoga.monthly",
        mode: "PAY_AS_YOU_GO",
        period: "P3M",
        discountPercent: 50,
      },
    ],
    population: { count, seed: 20 },
  };
  const shown = makeSubscribers(app, PLACE.environment).map(({ productId, locale }) => {
    return { productId, locale, messageIdentifier: MESSAGE.fallback };
  });
  const defaults = new Map(shown.map((one) => [`${one.productId}|${one.locale}`, one]));
  const messages = Object.entries(MESSAGE).map(([header, messageIdentifier]) => {
    return { messageIdentifier, header, body: "Please stay." };
  });
  return { ...app, content: { messages, defaults: [...defaults.values()] } };
}
