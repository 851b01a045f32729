import type {
  OfferTerms,
  ProductDefinition,
  PromotionalOfferDefinition,
  SubscriptionGroupDefinition,
} from "../app-definition.ts";
import {
  flag,
  listOf,
  number,
  objectOf,
  oneOf,
  type Parse,
  recordOf,
  text,
  wholeNumber,
} from "./parse.ts";
import { LOCALE, PERIOD, STOREFRONT } from "./text-kinds.ts";

/** ISO 8601, as far as subscriptions have it. */
export const period = text(PERIOD);

/** How an offer is paid, as Apple spells it. */
export const offerMode = oneOf("FREE_TRIAL", "PAY_AS_YOU_GO", "PAY_UP_FRONT");

/** Above anything that is sold, in units of any currency. */
const MAX_PRICE = 1e9;
/** Ranks in a group; ours, and far above what a group has. */
const MAX_LEVEL = 1000;

const TERMS = { mode: offerMode, period } as const;
const DISCOUNT = { discountPercent: number({ min: 0, max: 100 }) } as const;

const terms: Parse<OfferTerms> = objectOf(TERMS, DISCOUNT);

const product: Parse<ProductDefinition> = objectOf(
  { productId: text(), level: wholeNumber({ min: 1, max: MAX_LEVEL }), period },
  {
    advancedCommerce: flag,
    name: text(),
    localizations: recordOf(objectOf({ name: text() }, { description: text() }), LOCALE),
    usdPrice: number({ min: 0, max: MAX_PRICE }),
    prices: recordOf(wholeNumber({ min: 0, max: MAX_PRICE * 1000 }), STOREFRONT),
    familySharable: flag,
    introductoryOffer: terms,
  },
);

/** A group with its products. */
export const group: Parse<SubscriptionGroupDefinition> = objectOf(
  { id: text(), products: listOf(product, 1) },
  { name: text(), localizations: recordOf(text(), LOCALE) },
);

/** A promotional offer. */
export const promotionalOffer: Parse<PromotionalOfferDefinition> = objectOf(
  { offerIdentifier: text(), productId: text(), ...TERMS },
  { name: text(), ...DISCOUNT },
);
