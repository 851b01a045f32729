import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** Makes decisions, each of them new, the units that outcomes are counted for: a subscription's first exposures. */
export async function addUnits(
  _transaction: Transaction,
  _place: SubscriptionPlace,
  _decisions: readonly DecisionRecord[],
): Promise<void> {
  await Promise.resolve();
}
