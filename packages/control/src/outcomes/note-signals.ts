import type { Transaction } from "../storage/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";

/** Keeps what news say about what subscribers did: what outcomes are attributed from. */
export async function noteSignals(
  _transaction: Transaction,
  _place: SubscriptionPlace,
  _news: readonly SubscriptionNews[],
): Promise<void> {
  await Promise.resolve();
}
