import type { ConnectCallOptions } from "./call-options.ts";
import type {
  ConnectApp,
  ConnectIntroductoryOffer,
  ConnectLocalization,
  ConnectPrice,
  ConnectPromotionalOffer,
  ConnectSubscription,
  ConnectSubscriptionGroup,
} from "./connect-record.ts";
import type { ConnectRetentionLists } from "./retention-lists.ts";

/**
 * What App Store Connect knows of an app's subscriptions; reads only. Lists are whole: page after page
 * is asked for. Every method throws `AppleApiError`.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptions
 */
export interface ConnectClient extends ConnectRetentionLists {
  /** Like `https://api.appstoreconnect.apple.com`, without a slash at the end. */
  readonly baseUrl: string;

  /** The app with exactly this bundle id; undefined where the key sees none. */
  findApp(bundleId: string, options?: ConnectCallOptions): Promise<ConnectApp | undefined>;
  listSubscriptionGroups(
    appId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectSubscriptionGroup[]>;
  listSubscriptionGroupLocalizations(
    groupId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectLocalization[]>;
  listSubscriptions(
    groupId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectSubscription[]>;
  listSubscriptionLocalizations(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectLocalization[]>;
  /** Present, future and preserved prices, with their territories and amounts. */
  listSubscriptionPrices(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectPrice[]>;
  listPromotionalOffers(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectPromotionalOffer[]>;
  /** With their territories and amounts. */
  listPromotionalOfferPrices(
    offerId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectPrice[]>;
  /** With their territories and amounts. */
  listIntroductoryOffers(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectIntroductoryOffer[]>;
}
