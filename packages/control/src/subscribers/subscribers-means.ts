import type { Database, Transaction } from "../storage/index.ts";
import type { FindSubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** Subscriptions that are erased together. */
export interface ErasedSubscriptions extends SubscriptionPlace {
  /** Each once, in their order: in which rows are locked. None where an account has no subscription. */
  readonly pseudonyms: readonly string[];
  /** The account they are erased as; undefined where it was one subscription. */
  readonly accountHash?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How many rows of what were deleted, by the name of what is stored. */
export type ErasedRows = Readonly<Record<string, number>>;

/** Deletes what a feature has of subscriptions. */
export type EraseSubscriptions = (
  transaction: Transaction,
  erased: ErasedSubscriptions,
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
  /** Has states written to where Workers read them; `accounts` are hashes of theirs. */
  readonly markStates: (
    transaction: Transaction,
    place: SubscriptionPlace,
    states: { readonly changed: readonly string[]; readonly accounts: readonly string[] },
  ) => Promise<void>;
  /** What each feature deletes of subscriptions, in order. */
  readonly erasures: readonly EraseSubscriptions[];
}
