/**
 * What App Store Connect has, as plain records: the resource's id, its attributes by Apple's names, and
 * what belongs to it. Attributes unknown to us stay; any may be missing or null.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi
 */
export interface ConnectRecord {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** An attribute as App Store Connect leaves it out: by silence or by null. */
export type Attribute<T> = T | null | undefined;

/** @see https://developer.apple.com/documentation/appstoreconnectapi/app */
export interface ConnectApp extends ConnectRecord {
  /** The app's Apple id, in digits. */
  readonly id: string;
  readonly name?: Attribute<string>;
  readonly bundleId?: Attribute<string>;
  readonly sku?: Attribute<string>;
  readonly primaryLocale?: Attribute<string>;
}

/** @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptiongroup */
export interface ConnectSubscriptionGroup extends ConnectRecord {
  readonly referenceName?: Attribute<string>;
}

/** @see https://developer.apple.com/documentation/appstoreconnectapi/subscription */
export interface ConnectSubscription extends ConnectRecord {
  readonly name?: Attribute<string>;
  readonly productId?: Attribute<string>;
  readonly familySharable?: Attribute<boolean>;
  /** Like `APPROVED` or `MISSING_METADATA`; open. */
  readonly state?: Attribute<string>;
  /** Like `ONE_MONTH`; open. See `parseConnectPeriod`. */
  readonly subscriptionPeriod?: Attribute<string>;
  /** Its rank in the group; 1 is the highest. */
  readonly groupLevel?: Attribute<number>;
}

/** What subscribers read of a subscription, or of a group, in one locale. */
export interface ConnectLocalization extends ConnectRecord {
  readonly locale?: Attribute<string>;
  readonly name?: Attribute<string>;
  /** Of a subscription alone. */
  readonly description?: Attribute<string>;
  /** Of a group alone. */
  readonly customAppName?: Attribute<string>;
  readonly state?: Attribute<string>;
}

/** How an offer is paid and how long it lasts. */
interface ConnectOfferTerms extends ConnectRecord {
  /** `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, `FREE_TRIAL`; open. */
  readonly offerMode?: Attribute<string>;
  /** Of one period, like `THREE_DAYS`; open. See `parseConnectPeriod`. */
  readonly duration?: Attribute<string>;
  readonly numberOfPeriods?: Attribute<number>;
}

/** @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptionpromotionaloffer */
export interface ConnectPromotionalOffer extends ConnectOfferTerms {
  readonly name?: Attribute<string>;
  /** What is signed as `offerIdentifier`. */
  readonly offerCode?: Attribute<string>;
}

/** @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptionintroductoryoffer */
export interface ConnectIntroductoryOffer extends ConnectOfferTerms {
  /** Like `2026-01-31`. */
  readonly startDate?: Attribute<string>;
  readonly endDate?: Attribute<string>;
  /** Missing where it is for all of them. */
  readonly territory?: ConnectTerritory | undefined;
  /** Missing for a free trial. */
  readonly pricePoint?: ConnectPricePoint | undefined;
}

/** The price of a subscription or of an offer in one territory. */
export interface ConnectPrice extends ConnectRecord {
  /** From when a subscription costs it, like `2026-01-31`; null for what it costs already. */
  readonly startDate?: Attribute<string>;
  /** Whether those who paid it before go on paying it. */
  readonly preserved?: Attribute<boolean>;
  /** `UPFRONT` or `MONTHLY`; open. */
  readonly planType?: Attribute<string>;
  readonly territory?: ConnectTerritory | undefined;
  readonly pricePoint?: ConnectPricePoint | undefined;
}

/** A country or region of the App Store. */
export interface ConnectTerritory extends ConnectRecord {
  /** ISO 3166-1 alpha-3, like `USA`. */
  readonly id: string;
  /** ISO 4217, like `USD`. */
  readonly currency?: Attribute<string>;
}

/** An amount a subscription may cost in a territory, in its currency. */
export interface ConnectPricePoint extends ConnectRecord {
  /** A decimal number, like `9.99`. */
  readonly customerPrice?: Attribute<string>;
  readonly proceeds?: Attribute<string>;
  readonly proceedsYear2?: Attribute<string>;
}
