import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Transaction } from "../storage/index.ts";
import { readSealedIds } from "../subscribers/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { wantStatuses } from "./want-statuses.ts";
import type { WantedStatus } from "./wanted-status.ts";

/**
 * Has the statuses fetched of subscriptions that were answered without anything being known of them, and
 * that are still unknown: so that what has just been installed knows them at their next request.
 *
 * Where no rule asked for state, an outcome alone needs it, which is less urgent.
 *
 * @param options - `now`: milliseconds since 1970, default the system's clock
 */
export async function wantUnknown(
  transaction: Transaction,
  place: SubscriptionPlace,
  decisions: readonly DecisionRecord[],
  options: { readonly now?: number } = {},
): Promise<void> {
  const unknown = decisions.filter(({ subject }) => subject.subscriber.status !== "found");
  if (unknown.length === 0) return;
  const pseudonyms = [...new Set(unknown.map(({ subject }) => subject.pseudonym))];
  const known = await readSealedIds(transaction.queries, place, pseudonyms);
  const wanted = unknown
    .filter(({ subject }) => !known.has(subject.pseudonym))
    .map(({ subject }): WantedStatus => {
      const { pseudonym, sealedId: decisionSealedId, subscriber } = subject;
      const isNeeded = subscriber.status !== "unavailable" || subscriber.reason !== "notNeeded";
      return { pseudonym, decisionSealedId, reason: isNeeded ? "unknown" : "outcome" };
    });
  await wantStatuses(transaction, place, wanted, options);
}
