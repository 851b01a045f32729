import type { CatalogOffer } from "./catalog-offer.ts";
import type { ConnectRetention } from "./connect-retention.ts";

/** What App Store Connect has of one app's subscriptions, in one piece. */
export interface ConnectCatalog {
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly name: string | undefined;
  readonly primaryLocale: string | undefined;
  readonly subscriptionGroups: readonly CatalogGroup[];
  readonly products: readonly ConnectProduct[];
  /** Subscriptions that are not set up far enough to be used. */
  readonly incomplete: readonly IncompleteProduct[];
  /** EXPERIMENTAL: its own retention messages and offers; undefined where they are not available. */
  readonly retention: ConnectRetention | undefined;
}

/** A subscription group. */
export interface CatalogGroup {
  /** The `subscriptionGroupIdentifier` of transactions. */
  readonly id: string;
  readonly name: string | undefined;
  readonly localizations: readonly CatalogText[];
}

/** What subscribers read of a group or a product in one locale. */
export interface CatalogText {
  readonly locale: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
}

/** A subscription. */
export interface ConnectProduct {
  readonly productId: string;
  readonly name: string | undefined;
  /** The group's id. */
  readonly subscriptionGroup: string;
  /** Its rank in the group; 1 is the highest. */
  readonly level: number;
  /** ISO 8601, like `P1M`. */
  readonly period: string;
  /** Like `APPROVED`; open. */
  readonly state: string | undefined;
  readonly familySharable: boolean | undefined;
  readonly localizations: readonly CatalogText[];
  readonly prices: readonly CatalogPrice[];
  readonly promotionalOffers: readonly CatalogPromotionalOffer[];
  readonly introductoryOffers: readonly CatalogIntroductoryOffer[];
}

/** What keeps a subscription from being a {@link ConnectProduct}. */
export interface IncompleteProduct {
  readonly productId: string | undefined;
  readonly subscriptionGroup: string;
  /** What is missing, or has a value we do not know. */
  readonly missing: readonly ("productId" | "level" | "period")[];
}

/** What something costs in one territory. */
export interface CatalogPrice {
  /** ISO 3166-1 alpha-3, like `USA`. */
  readonly territory: string;
  /** ISO 4217, like `USD`. */
  readonly currency: string | undefined;
  /** A decimal number in the currency, like `9.99`; undefined where Apple did not send it. */
  readonly price: string | undefined;
  /** From when it holds, like `2026-01-31`; undefined where it holds already. */
  readonly startDate: string | undefined;
  /** Whether those who paid it before go on paying it. */
  readonly preserved: boolean;
  /** `UPFRONT` or `MONTHLY`; open. */
  readonly planType: string | undefined;
}

/** A promotional offer, which the app's server signs. */
export interface CatalogPromotionalOffer extends CatalogOffer {
  /** What is signed. */
  readonly offerIdentifier: string;
  readonly name: string | undefined;
  /** Empty for a free trial. */
  readonly prices: readonly CatalogPrice[];
}

/** An introductory offer of one territory, or of all. */
export interface CatalogIntroductoryOffer extends CatalogOffer {
  /** Like `2026-01-31`. */
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
  /** Undefined where it is for all of them. */
  readonly territory: string | undefined;
  readonly currency: string | undefined;
  /** A decimal number in the currency; undefined for a free trial. */
  readonly price: string | undefined;
}
