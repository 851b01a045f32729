import type { CatalogOffer } from "./catalog-offer.ts";

/**
 * EXPERIMENTAL: App Store Connect's own retention messages and offers of an app. Which of its names and
 * addresses Apple has confirmed is in `docs/catalog.md`; what Apple calls otherwise is missing here.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/setting-up-retention-messaging
 */
export interface ConnectRetention {
  readonly messages: readonly ConnectRetentionMessage[];
  /** Products with a message or an offer; others have none, as far as App Store Connect says. */
  readonly products: readonly ProductRetention[];
}

/** EXPERIMENTAL: a retention message of App Store Connect. */
export interface ConnectRetentionMessage {
  readonly id: string;
  /** Its reference name. */
  readonly name: string | undefined;
  /** The newest, and the newest that is approved; one where they are the same. */
  readonly versions: readonly RetentionMessageVersion[];
}

/** EXPERIMENTAL: what a retention message says, as it was or will be reviewed. */
export interface RetentionMessageVersion {
  /** A higher number is newer. */
  readonly version: number | undefined;
  /** Like `APPROVED` or `WAITING_FOR_REVIEW`; open. */
  readonly state: string | undefined;
  readonly localizations: readonly RetentionMessageText[];
}

/** EXPERIMENTAL: what subscribers read of a retention message in one locale. */
export interface RetentionMessageText {
  readonly locale: string;
  readonly header: string | undefined;
  readonly body: string | undefined;
}

/** EXPERIMENTAL: which message a product has, and with which offers. */
export interface ProductRetention {
  readonly productId: string;
  /** The id of one of the messages; undefined where it has none, or App Store Connect did not say. */
  readonly messageId: string | undefined;
  readonly offers: readonly ConnectRetentionOffer[];
}

/** EXPERIMENTAL: a discount on the same subscription, which Apple shows with the message and signs itself. */
export interface ConnectRetentionOffer extends CatalogOffer {
  readonly id: string;
  /** What transactions with `offerType` 5 name. */
  readonly offerIdentifier: string | undefined;
  readonly name: string | undefined;
  /** How many months a subscriber must have paid for, to be offered it. */
  readonly minimumPaidMonths: number | undefined;
  /** How many months lie between two offers to one subscriber, at least. */
  readonly monthsBetweenOffers: number | undefined;
}
