import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** Counts decisions, each of them new, in the histories of their subscriptions. */
export async function addExposures(
  _transaction: Transaction,
  _place: SubscriptionPlace,
  _decisions: readonly DecisionRecord[],
): Promise<void> {
  await Promise.resolve();
}
