import type { ListRequest } from "./list-pages.ts";

/** A list that belongs to one resource: `/v1/{of}/{id}/{name}`. */
export interface SubscriptionList extends Pick<ListRequest, "operation" | "types" | "include"> {
  readonly of: string;
  readonly name: string;
}

/** The list of apps. */
export const APPS = {
  operation: "List Apps",
  path: ["apps"],
  types: { name: "string", bundleId: "string", sku: "string", primaryLocale: "string" },
} as const satisfies ListRequest;

const OFFER = { offerMode: "string", duration: "string", numberOfPeriods: "number" } as const;
const PRICE = { startDate: "string", preserved: "boolean", planType: "string" } as const;

/** The relations of a price, with the names they have in a record. */
const AMOUNT = { territory: "territory", subscriptionPricePoint: "pricePoint" };

/**
 * The lists of an app's subscriptions, and the attributes of theirs that are read.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptions
 */
export const LISTS = {
  subscriptionGroups: {
    operation: "List Subscription Groups",
    of: "apps",
    name: "subscriptionGroups",
    types: { referenceName: "string" },
  },
  groupLocalizations: {
    operation: "List Subscription Group Localizations",
    of: "subscriptionGroups",
    name: "subscriptionGroupLocalizations",
    types: { locale: "string", name: "string", customAppName: "string", state: "string" },
  },
  subscriptions: {
    operation: "List Subscriptions",
    of: "subscriptionGroups",
    name: "subscriptions",
    types: {
      name: "string",
      productId: "string",
      familySharable: "boolean",
      state: "string",
      subscriptionPeriod: "string",
      groupLevel: "number",
    },
  },
  subscriptionLocalizations: {
    operation: "List Subscription Localizations",
    of: "subscriptions",
    name: "subscriptionLocalizations",
    types: { locale: "string", name: "string", description: "string", state: "string" },
  },
  subscriptionPrices: {
    operation: "List Subscription Prices",
    of: "subscriptions",
    name: "prices",
    types: PRICE,
    include: AMOUNT,
  },
  promotionalOffers: {
    operation: "List Promotional Offers",
    of: "subscriptions",
    name: "promotionalOffers",
    types: { ...OFFER, name: "string", offerCode: "string" },
  },
  promotionalOfferPrices: {
    operation: "List Promotional Offer Prices",
    of: "subscriptionPromotionalOffers",
    name: "prices",
    types: PRICE,
    include: AMOUNT,
  },
  introductoryOffers: {
    operation: "List Introductory Offers",
    of: "subscriptions",
    name: "introductoryOffers",
    types: { ...OFFER, startDate: "string", endDate: "string" },
    include: AMOUNT,
  },
} as const satisfies Readonly<Record<string, SubscriptionList>>;
