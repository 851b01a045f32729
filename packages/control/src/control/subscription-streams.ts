import type { DecisionRecord } from "@holdfast/runtime/wire";
import { addUnits, noteSignals } from "../outcomes/index.ts";
import { wantUnknown } from "../statuses/index.ts";
import type { Transaction } from "../storage/index.ts";
import { addExposures, updateSubscribers } from "../subscribers/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";

/**
 * What becomes of what Apple tells and of what runtimes decided. Whoever receives it stores it, and calls
 * these in the same transaction, with what was not there before and nothing else.
 */
export interface SubscriptionStreams {
  takeNews(
    transaction: Transaction,
    place: SubscriptionPlace,
    news: readonly SubscriptionNews[],
  ): Promise<void>;
  takeDecisions(
    transaction: Transaction,
    place: SubscriptionPlace,
    decisions: readonly DecisionRecord[],
  ): Promise<void>;
}

/** The streams, with every feature that listens. */
export const subscriptionStreams: SubscriptionStreams = {
  async takeNews(transaction, place, news) {
    await updateSubscribers(transaction, place, news);
    await noteSignals(transaction, place, news);
  },
  async takeDecisions(transaction, place, decisions) {
    await addExposures(transaction, place, decisions);
    await addUnits(transaction, place, decisions);
    await wantUnknown(transaction, place, decisions);
  },
};
