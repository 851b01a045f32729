import { eraseDecisionsOf } from "../decisions/index.ts";
import { eraseNotificationsOf } from "../notifications/index.ts";
import { eraseOutcomesOf } from "../outcomes/index.ts";
import { eraseFixtures } from "../simulator/index.ts";
import { eraseWantedOf } from "../statuses/index.ts";
import { eraseStored } from "../subscribers/index.ts";
import type { EraseSubscription } from "../subscribers/index.ts";

/**
 * What each feature deletes of a subscription that is erased, in order, in one transaction. A feature that
 * keeps rows by pseudonym, or anything sealed of a subscription, has its part here, and says how many rows
 * it deleted, where it did.
 */
export const ERASURES: readonly EraseSubscription[] = [
  // First: what is fetched at this moment is then either taken over before it is deleted, or never.
  async (transaction, subscription) => {
    await eraseWantedOf(transaction, subscription, subscription.pseudonym);
    return {};
  },
  eraseStored,
  async (transaction, subscription) => ({
    decisions: await eraseDecisionsOf(transaction, subscription, subscription.pseudonym),
  }),
  async (transaction, subscription) => {
    await eraseOutcomesOf(transaction, subscription, subscription.pseudonym);
    return {};
  },
  async (transaction, subscription) => ({
    notifications: await eraseNotificationsOf(transaction, subscription, subscription.pseudonym),
  }),
  async (transaction, subscription) => ({
    fixtures: await eraseFixtures(transaction, subscription, subscription.pseudonym),
  }),
];
