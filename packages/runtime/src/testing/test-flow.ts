import { compileFlow } from "@holdfast/flow/compile";
import { parseFlow } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { ReviewStates } from "@holdfast/flow/catalog";

/** What the test app's App Store Connect has. */
const TEST_CATALOG = {
  bundleId: "com.example.test",
  appAppleId: 6_745_974_592,
  products: [
    {
      productId: "p.offer",
      subscriptionGroup: "g",
      level: 1,
      period: "P1M",
      promotionalOffers: [{ offerIdentifier: "OFFER" }],
    },
    {
      productId: "p.offer.v1",
      subscriptionGroup: "g",
      level: 1,
      period: "P1M",
      promotionalOffers: [{ offerIdentifier: "OFFER1" }],
    },
    {
      productId: "p.switch",
      subscriptionGroup: "g",
      level: 2,
      period: "P1M",
      promotionalOffers: [],
    },
    {
      productId: "p.commerce",
      subscriptionGroup: "g",
      level: 2,
      period: "P1M",
      promotionalOffers: [],
    },
    {
      productId: "p.defer",
      subscriptionGroup: "g",
      level: 2,
      period: "P1M",
      promotionalOffers: [],
    },
    {
      productId: "p.state",
      subscriptionGroup: "g",
      level: 2,
      period: "P1M",
      promotionalOffers: [],
    },
    {
      productId: "p.plain",
      subscriptionGroup: "g",
      level: 2,
      period: "P1M",
      promotionalOffers: [],
    },
  ],
};

/** Identifiers of the messages below, so that tests can name them. */
export const MESSAGE = {
  plain: "00000000-0000-4000-8000-000000000001",
  offer: "00000000-0000-4000-8000-000000000002",
  switch: "00000000-0000-4000-8000-000000000003",
  commerce: "00000000-0000-4000-8000-000000000004",
  own: "00000000-0000-4000-8000-000000000005",
  known: "00000000-0000-4000-8000-000000000006",
} as const;

/** Rules with one product for each kind of response, as they stand in a flow; without a line break at the end. */
export const RULES = `  - name: offer
    when: { productId: p.offer }
    respond:
      promotionalOffer: { message: offer, offers: { p.offer: OFFER } }
      fallback: { message: own }
  - name: offer_v1
    when: { productId: p.offer.v1 }
    respond:
      promotionalOffer: { message: offer, signature: v1, offers: { p.offer.v1: OFFER1 } }
  - name: switch
    when: { productId: p.switch }
    respond:
      alternateProduct:
        message: switch
        products: { p.switch: { product: p.offer, billingPlanType: MONTHLY } }
  - name: commerce
    when: { productId: p.commerce }
    respond: { advancedCommerceInfo: { message: commerce, request: { operation: MODIFY } } }
  - name: defer
    when: { productId: p.defer }
    respond: { deferToApple: {} }
  - name: state
    when: { productId: p.state, storefront: USA }
    respond: { message: known }`;

const FLOW = `
version: 1
app: com.example.test
messages:
  plain: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.plain} } } }
  offer: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.offer} } } }
  switch: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.switch} } } }
  commerce: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.commerce} } } }
  own: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.own} } } }
  known: { defaultLocale: en-US, locales: { en-US: { id: ${MESSAGE.known} } } }
rules:
${RULES}
fallback: { message: plain }
`;

/** Compiles the test flow: one product for each kind of response. */
export function compileTestFlow(
  environment: FlowEnvironment = "sandbox",
  reviewStates?: ReviewStates,
): Snapshot {
  const parsed = parseFlow(FLOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compileFlow(parsed.document, { environment, catalog: TEST_CATALOG, reviewStates });
}
