import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";
import type { SubscriptionExposures } from "./history/subscription-exposures.ts";
import type { SubscriptionFacts } from "./facts/subscription-facts.ts";

/** What a value of a team's own attribute can be; null where it was taken back. */
export type TeamValue = string | number | boolean | readonly string[] | null;

/**
 * What Apple signed about subscriptions. None of the tables here refers to `apps`: a check for each of
 * millions of rows would cost more than deleting them with their app by a statement each.
 */
export interface SubscribersTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  /** originalTransactionId, as `SubscriptionIds.seal` made it. */
  readonly sealed_id: string;
  /** Of appAccountToken; null where Apple named none. */
  readonly account_hash: string | null;
  readonly facts: JsonText<SubscriptionFacts>;
  /** When the oldest of its news was signed. */
  readonly first_seen_at: number;
  /** When the newest of its news was signed. */
  readonly updated_at: number;
}

/** What subscribers were answered. */
export interface SubscriberHistoriesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  readonly exposures: JsonText<SubscriptionExposures>;
}

/** What the team says about subscribers. */
export interface SubscriberAttributesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** A subscription's pseudonym, or an account's hash. */
  readonly owner: string;
  readonly name: string;
  /** Holds null where the attribute was taken back: what was said before that must not come again. */
  readonly value: JsonText<TeamValue>;
  /** As of when it is true: what is older does not change it. */
  readonly set_at: number;
  /** From when it counts no more; null for never. */
  readonly expires_at: number | null;
}

/**
 * Subscriptions that were erased, and when: what was told or asked of them before, and comes later, is not
 * taken any more. Kept for as long as something may still come.
 */
export interface SubscriberErasuresTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  readonly erased_at: number;
}

/** Whose a transaction is. */
export interface TransactionOwnersTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly transaction_hash: string;
  readonly pseudonym: string;
}
