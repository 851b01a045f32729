import type { Database, Transaction } from "../storage/index.ts";
import type { FindSubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** A subscription that is erased. */
interface ErasedSubscription extends SubscriptionPlace {
  readonly pseudonym: string;
}

/** How many rows of what were deleted, by the name of what is stored. */
export type ErasedRows = Readonly<Record<string, number>>;

/** Deletes what a feature has of a subscription. */
export type EraseSubscription = (
  transaction: Transaction,
  subscription: ErasedSubscription,
) => Promise<ErasedRows>;

/** A subscription whose status is to be fetched, for the feature that fetches them. */
interface Wanted {
  readonly pseudonym: string;
  readonly sealedId: string;
  readonly reason: "import";
}

/** What the operations on subscribers need. */
export interface SubscribersMeans {
  readonly database: Database;
  readonly idsOf: FindSubscriptionIds;
  /** Has statuses fetched. */
  readonly wantStatuses: (
    transaction: Transaction,
    place: SubscriptionPlace,
    wanted: readonly Wanted[],
  ) => Promise<void>;
  /** What each feature deletes of a subscription, in order. */
  readonly erasures: readonly EraseSubscription[];
}
