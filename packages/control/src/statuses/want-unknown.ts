import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** Has the statuses fetched of subscriptions that were answered without anything being known of them. */
export async function wantUnknown(
  _transaction: Transaction,
  _place: SubscriptionPlace,
  _decisions: readonly DecisionRecord[],
): Promise<void> {
  await Promise.resolve();
}
