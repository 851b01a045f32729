import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** A subscription whose status is to be fetched. */
export interface WantedStatus {
  readonly pseudonym: string;
  /** originalTransactionId as `SubscriptionIds.seal` made it; undefined where the subscriber's row has it. */
  readonly sealedId?: string;
  /** Why, the most urgent first: the next answer needs it, an outcome waits for it, somebody imported it. */
  readonly reason: "unknown" | "outcome" | "import";
}

/** Puts subscriptions in the queue of those whose status is fetched, once each. */
export async function wantStatuses(
  _transaction: Transaction,
  _place: SubscriptionPlace,
  _wanted: readonly WantedStatus[],
): Promise<void> {
  await Promise.resolve();
}
