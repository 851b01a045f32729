import type { DecisionRecord } from "@holdfast/runtime/wire";
import { addUnits, noteSignals } from "../outcomes/index.ts";
import { wantUnknown } from "../statuses/index.ts";
import type { Transaction } from "../storage/index.ts";
import {
  addExposures,
  allTouched,
  moveAttributes,
  requireNotErased,
  saidByDecision,
  saidByNews,
  splitErased,
  updateSubscribers,
} from "../subscribers/index.ts";
import type {
  FindSubscriptionIds,
  SubscriptionNews,
  SubscriptionPlace,
} from "../subscribers/index.ts";
import { markStates } from "../workers/states/index.ts";

/**
 * What becomes of what Apple tells and of what runtimes decided. Whoever receives it stores it, and calls
 * these in the same transaction, with what was not there before and nothing else.
 *
 * Whoever writes several of these tables in a transaction does it in this order, and for several places in
 * the order of app and environment, so that two transactions wait for each other in turn:
 *
 * 1. what came: `notifications` with what is passed on of them, `decisions`
 * 2. `subscribers`, `transaction_owners`, `subscriber_histories`, `subscriber_attributes`; then
 *    `worker_state_marks`, each a new row for which nobody waits
 * 3. `outcome_subjects`, `outcome_signals`, `outcome_units`, `outcome_counts`, `outcome_revenue`, `outcome_heard`
 * 4. `wanted_statuses`, `subscriber_imports`
 * 5. the counts of days: `decision_counts` and its likes, `notification_days`
 *
 * Rows of one table go by their keys. Who holds rows of 2 and 3 may delete what is in 1: nobody who writes
 * there waits for it. Both throw DATABASE_BUSY where a subscription is erased at the same moment; the whole
 * transaction is to be tried again then.
 */
export interface SubscriptionStreams {
  /** What was signed, or asked for, before its subscription was erased is not taken. */
  takeNews(
    transaction: Transaction,
    place: SubscriptionPlace,
    news: readonly SubscriptionNews[],
  ): Promise<void>;
  /** To be called without those that were made before their subscription was erased. */
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
      const { queries } = transaction;
      const ids = await idsOf(place.app, queries);
      const { kept, erased } = await splitErased(queries, place, { items: news, said: saidByNews });
      const touched = await updateSubscribers(transaction, place, kept, ids);
      // Whose it was is known only now: what the team said of it goes with it.
      const moved = await moveAttributes(transaction, place, { news: erased, ids });
      await markStates(transaction, place, allTouched(touched, moved));
      await noteSignals(transaction, place, kept);
      await requireNotErased(queries, place, kept.map(saidByNews));
    },
    async takeDecisions(transaction, place, decisions) {
      const changed = await addExposures(transaction, place, decisions);
      await markStates(transaction, place, { changed });
      await addUnits(transaction, place, decisions);
      await wantUnknown(transaction, place, decisions, { now: now() });
      await requireNotErased(transaction.queries, place, decisions.map(saidByDecision));
    },
  };
}
