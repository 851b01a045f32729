import type { ConnectClient } from "@holdfast/appstore/connect-api";

/** Where a sync remembers what it has read. */
export interface SyncSteps {
  /** Returns what a step has read; undefined where it was not made yet. */
  recall(step: string): Promise<unknown>;
  keep(step: string, result: unknown): Promise<void>;
  /** Called before App Store Connect is asked; rejects where it should not be now. */
  beforeCall(): Promise<void>;
}

/**
 * Returns a client that asks App Store Connect for each list once: what a step has read before it is given
 * back from where it was kept. So a sync that was killed goes on, and everything that reads a catalog
 * needs to know nothing of it.
 */
export function createResumableClient(client: ConnectClient, steps: SyncSteps): ConnectClient {
  async function resume<Result>(step: string, call: () => Promise<Result>): Promise<Result> {
    const known = await steps.recall(step);
    // Kept by the same method with the same argument, as JSON, which is what Apple sent.
    if (known !== undefined) return known as Result;
    await steps.beforeCall();
    const result = await call();
    if (result !== undefined) await steps.keep(step, result);
    return result;
  }
  return {
    baseUrl: client.baseUrl,
    findApp: (id, call) => resume(`app ${id}`, () => client.findApp(id, call)),
    listSubscriptionGroups: (id, call) =>
      resume(`groups ${id}`, () => client.listSubscriptionGroups(id, call)),
    listSubscriptionGroupLocalizations: (id, call) =>
      resume(`groupTexts ${id}`, () => client.listSubscriptionGroupLocalizations(id, call)),
    listSubscriptions: (id, call) =>
      resume(`subscriptions ${id}`, () => client.listSubscriptions(id, call)),
    listSubscriptionLocalizations: (id, call) =>
      resume(`texts ${id}`, () => client.listSubscriptionLocalizations(id, call)),
    listSubscriptionPrices: (id, call) =>
      resume(`prices ${id}`, () => client.listSubscriptionPrices(id, call)),
    listPromotionalOffers: (id, call) =>
      resume(`offers ${id}`, () => client.listPromotionalOffers(id, call)),
    listPromotionalOfferPrices: (id, call) =>
      resume(`offerPrices ${id}`, () => client.listPromotionalOfferPrices(id, call)),
    listIntroductoryOffers: (id, call) =>
      resume(`introductoryOffers ${id}`, () => client.listIntroductoryOffers(id, call)),
    listRetentionMessages: (id, call) =>
      resume(`retentionMessages ${id}`, () => client.listRetentionMessages(id, call)),
    listRetentionMessageVersions: (id, call) =>
      resume(`retentionVersions ${id}`, () => client.listRetentionMessageVersions(id, call)),
    listRetentionMessageLocalizations: (id, call) =>
      resume(`retentionTexts ${id}`, () => client.listRetentionMessageLocalizations(id, call)),
    listRetentionOffers: (id, call) =>
      resume(`retentionOffers ${id}`, () => client.listRetentionOffers(id, call)),
    findRetentionMessageId: (id, call) =>
      resume(`retentionMessage ${id}`, () => client.findRetentionMessageId(id, call)),
  };
}
