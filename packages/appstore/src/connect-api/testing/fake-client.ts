import type { ConnectClient } from "../index.ts";

function none(): Promise<readonly []> {
  return Promise.resolve([]);
}

/** A client that knows one app; what is not said is empty. */
export function createFakeClient(known: Partial<ConnectClient> = {}): ConnectClient {
  return {
    baseUrl: "https://connect.example",
    findApp: (bundleId) =>
      Promise.resolve({ id: "1234567890", name: "Yoga", bundleId, primaryLocale: "en-US" }),
    listSubscriptionGroups: none,
    listSubscriptionGroupLocalizations: none,
    listSubscriptions: none,
    listSubscriptionLocalizations: none,
    listSubscriptionPrices: none,
    listPromotionalOffers: none,
    listPromotionalOfferPrices: none,
    listIntroductoryOffers: none,
    listRetentionMessages: none,
    listRetentionMessageVersions: none,
    listRetentionMessageLocalizations: none,
    listRetentionOffers: none,
    findRetentionMessageId: () => Promise.resolve(null),
    ...known,
  };
}
