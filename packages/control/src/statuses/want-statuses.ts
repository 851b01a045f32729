import type { Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { WantedStatus } from "./wanted-status.ts";
import { writeWanted } from "./write-wanted.ts";

/**
 * Puts subscriptions in the queue of those whose status is fetched, once each; who waits in it already
 * becomes as urgent as the more urgent reason. Whose status was fetched within the last 6 hours is not asked
 * for again until these are over, and for `unknown` not at all; but at once where only what is signed after that
 * fetch helps.
 *
 * @param options - `now`: milliseconds since 1970, default the system's clock
 */
export async function wantStatuses(
  transaction: Transaction,
  place: SubscriptionPlace,
  wanted: readonly WantedStatus[],
  { now = Date.now() }: { readonly now?: number } = {},
): Promise<void> {
  await writeWanted(transaction.queries, place, { wanted, now });
}
