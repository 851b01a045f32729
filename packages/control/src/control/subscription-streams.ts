import type { DecisionRecord } from "@holdfast/runtime/wire";
import { addUnits, noteSignals } from "../outcomes/index.ts";
import { wantUnknown } from "../statuses/index.ts";
import type { Transaction } from "../storage/index.ts";
import { addExposures, updateSubscribers } from "../subscribers/index.ts";
import type {
  FindSubscriptionIds,
  SubscriptionNews,
  SubscriptionPlace,
} from "../subscribers/index.ts";

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

/**
 * Returns the streams, with every feature that listens.
 *
 * @param means - `now`: milliseconds since 1970
 */
export function createSubscriptionStreams({
  now,
  idsOf,
}: {
  readonly now: () => number;
  readonly idsOf: FindSubscriptionIds;
}): SubscriptionStreams {
  return {
    async takeNews(transaction, place, news) {
      const ids = await idsOf(place.app, transaction.queries);
      await updateSubscribers(transaction, place, news, ids);
      await noteSignals(transaction, place, news);
    },
    async takeDecisions(transaction, place, decisions) {
      await addExposures(transaction, place, decisions);
      await addUnits(transaction, place, decisions);
      await wantUnknown(transaction, place, decisions, { now: now() });
    },
  };
}
