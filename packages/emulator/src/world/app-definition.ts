/** An environment of Apple's, as this project spells it; Apple writes Sandbox and Production. */
export type EnvironmentName = "sandbox" | "production";

/** Both environments. */
export const ENVIRONMENTS = ["sandbox", "production"] as const satisfies EnvironmentName[];

/** One app in one environment: each has its own subscribers, messages, defaults and URL. */
export interface AppEnvironment {
  /** The app's id here, like `yoga`. */
  readonly app: string;
  readonly environment: EnvironmentName;
}

/** An auto-renewable subscription. */
export interface ProductDefinition {
  readonly productId: string;
  /** Its rank in the group; 1 is the highest. */
  readonly level: number;
  /** ISO 8601, like `P1M`. */
  readonly period: string;
  /** Sold through the Advanced Commerce API; default false. */
  readonly advancedCommerce?: boolean;
  /** Its reference name in App Store Connect; default its productId. */
  readonly name?: string;
  /** What subscribers read, by locale; default the name, in the app's primary locale. */
  readonly localizations?: Readonly<Record<string, ProductText>>;
  /** In US dollars; default by its period. */
  readonly usdPrice?: number;
  /** Prices in thousandths of the currency's unit, by territory (`JPN`); default by `usdPrice`. */
  readonly prices?: Readonly<Record<string, number>>;
  /** Default false. */
  readonly familySharable?: boolean;
  /** What new subscribers may be given once; default nothing. */
  readonly introductoryOffer?: OfferTerms;
}

/** What subscribers read of a product. */
export interface ProductText {
  readonly name: string;
  readonly description?: string;
}

/** How an offer is paid and how long it lasts. */
export interface OfferTerms {
  readonly mode: OfferMode;
  /** ISO 8601: how long it lasts in all. */
  readonly period: string;
  /** How much less than the regular price is paid, unless it is free; default 50. */
  readonly discountPercent?: number;
}

/** Products of which a subscriber has one at a time. */
export interface SubscriptionGroupDefinition {
  readonly id: string;
  readonly products: readonly ProductDefinition[];
  /** Its reference name in App Store Connect; default its id. */
  readonly name?: string;
  /** What subscribers read, by locale; default the name, in the app's primary locale. */
  readonly localizations?: Readonly<Record<string, string>>;
}

/** How a promotional offer is paid, as Apple spells it. */
export type OfferMode = "FREE_TRIAL" | "PAY_AS_YOU_GO" | "PAY_UP_FRONT";

/** A promotional offer of a product, as configured in App Store Connect. */
export interface PromotionalOfferDefinition extends OfferTerms {
  readonly offerIdentifier: string;
  readonly productId: string;
  /** Its reference name in App Store Connect; default its identifier. */
  readonly name?: string;
}

/** Someone who has a subscription. */
export interface Subscriber {
  /** The subscription: what real-time requests name. */
  readonly originalTransactionId: string;
  readonly productId: string;
  /** The device's locale, like `zh-Hant-HK`. */
  readonly locale: string;
  /** The App Store's country, alpha-3, like `USA`. */
  readonly storefront: string;
  readonly ownership: "PURCHASED" | "FAMILY_SHARED";
  /** Renewals and the like: identifiers of this subscription that are not its original. */
  readonly laterTransactionIds: readonly string[];
  /** Of the download of the app, not of the subscription. */
  readonly appTransactionId?: string;
  /** A lowercase UUID the app gave its account. */
  readonly appAccountToken?: string;
}

/** Something an app has at Apple from the beginning. */
export interface InitialContent {
  readonly messages?: readonly {
    readonly messageIdentifier: string;
    readonly header: string;
    readonly body: string;
  }[];
  /** Pictures whose bytes nobody needs: FULL_SIZE and APPROVED. */
  readonly images?: readonly string[];
  readonly defaults?: readonly {
    readonly productId: string;
    readonly locale: string;
    readonly messageIdentifier: string;
  }[];
  readonly appStoreConnectMessages?: readonly {
    readonly productId: string;
    readonly message: AppStoreConnectMessage;
  }[];
}

/** A retention message configured in App Store Connect, for one subscription. */
export interface AppStoreConnectMessage {
  readonly referenceName: string;
  /** Sandbox shows the latest draft in any state, production only what is APPROVED. */
  readonly state: ReviewState;
  /** Header and body by locale. */
  readonly localizations: Readonly<
    Record<string, { readonly header: string; readonly body: string }>
  >;
  /** Shown instead of an image; whether a subscriber is eligible is not looked at here. */
  readonly retentionOffer?: {
    readonly offerIdentifier: string;
    readonly mode: OfferMode;
    readonly period: string;
  };
}

/** Where a message or an image is in Apple's review. */
export type ReviewState = "PENDING" | "APPROVED" | "REJECTED";

/** An app as the world begins with it. */
export interface AppDefinition {
  /** A short name for addresses: lowercase letters, digits and hyphens. */
  readonly id: string;
  readonly name: string;
  readonly bundleId: string;
  readonly appAppleId: number;
  /** Default its bundle id. */
  readonly sku?: string;
  /** Default `en-US`. */
  readonly primaryLocale?: string;
  /** Of the team's keys, both In-App Purchase and App Store Connect. */
  readonly issuerId: string;
  /** One key pair is made for each at first start. */
  readonly keyIds: readonly string[];
  readonly groups: readonly SubscriptionGroupDefinition[];
  readonly offers: readonly PromotionalOfferDefinition[];
  /** Subscribers there are in both environments, before those the population adds. */
  readonly subscribers?: readonly Subscriber[];
  /** Whether Apple lets it use the Retention Messaging API, as its developer asks for by a form; default true. */
  readonly retentionMessagingAccess?: boolean;
  /** How many subscribers to make up in each environment, and from which seed. */
  readonly population?: { readonly count: number; readonly seed: number };
  /** What is there in both environments. */
  readonly content?: InitialContent;
}
