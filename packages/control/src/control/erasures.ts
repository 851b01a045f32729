import { eraseDecisionsOf } from "../decisions/index.ts";
import { eraseFromExports } from "../exports/index.ts";
import { eraseNotificationsOf } from "../notifications/index.ts";
import { eraseOutcomesOf } from "../outcomes/index.ts";
import { eraseFixtures } from "../simulator/index.ts";
import { eraseWantedOf } from "../statuses/index.ts";
import { eraseStored, noteErasures } from "../subscribers/index.ts";
import type { EraseSubscriptions } from "../subscribers/index.ts";
import { markStates } from "../workers/states/index.ts";

/**
 * What each feature deletes of subscriptions that are erased, in the order of tables that
 * `SubscriptionStreams` describes, in one transaction. A feature that keeps rows by pseudonym, or anything
 * sealed of a subscription, has its part here, and says how many rows it deleted, where it did.
 *
 * Whoever writes of these subscriptions at this moment holds one of the rows that the first of these hold,
 * before or after: he is waited for and what he wrote is deleted, or he finds the erasure and gives way.
 */
export const ERASURES: readonly EraseSubscriptions[] = [
  eraseStored,
  unlessNobody(async (transaction, erased) => {
    await noteErasures(transaction.queries, erased, erased);
    await markStates(transaction, erased, { gone: erased.pseudonyms });
    await eraseOutcomesOf(transaction, erased, erased.pseudonyms);
    await eraseWantedOf(transaction, erased, erased.pseudonyms, erased);
    await eraseFromExports(transaction, erased, erased.pseudonyms);
    return {
      // What is stored of decisions and notifications was written before the rows held above.
      decisions: await eraseDecisionsOf(transaction, erased, erased.pseudonyms),
      notifications: await eraseNotificationsOf(transaction, erased, erased.pseudonyms),
      fixtures: await eraseFixtures(transaction, erased, erased.pseudonyms),
    };
  }),
];

function unlessNobody(erase: EraseSubscriptions): EraseSubscriptions {
  return async (transaction, erased) =>
    erased.pseudonyms.length === 0 ? {} : erase(transaction, erased);
}
