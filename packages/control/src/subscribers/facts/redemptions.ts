import { periodsOf } from "./subscription-periods.ts";
import type { SubscriptionFacts } from "./subscription-facts.ts";

/** Apple's number of the kind of offers that we sign. */
const PROMOTIONAL = 2;

/**
 * Returns when promotional offers were redeemed, by `productId/offerIdentifier`, each rising. What notifications
 * said holds; a run of periods under an offer is a redemption too, unless a notification told of it: an offer
 * for the product one has begins with the next renewal, long after it was redeemed.
 */
export function redemptionsOf(facts: SubscriptionFacts): ReadonlyMap<string, readonly number[]> {
  const runs = offerRuns(facts);
  const offers = new Set([...runs.keys(), ...Object.keys(facts.redemptions)]);
  return new Map(
    [...offers].map((offer) => {
      const told = facts.redemptions[offer] ?? [];
      return [offer, [...told, ...untold(runs.get(offer) ?? [], told)].sort((a, b) => a - b)];
    }),
  );
}

/** When runs of periods under the same offer began, rising. */
function offerRuns(facts: SubscriptionFacts): ReadonlyMap<string, readonly number[]> {
  const runs = new Map<string, number[]>();
  let before: string | undefined;
  for (const { productId, offerType, offerIdentifier, purchaseDate } of periodsOf(facts)) {
    const isOffer = offerType === PROMOTIONAL && offerIdentifier !== undefined;
    const offer = isOffer ? `${productId}/${offerIdentifier}` : undefined;
    if (offer !== undefined && offer !== before) {
      runs.set(offer, [...(runs.get(offer) ?? []), purchaseDate]);
    }
    before = offer;
  }
  return runs;
}

/** The first run after a notification is what it told of; the others nobody told of. */
function untold(runs: readonly number[], told: readonly number[]): readonly number[] {
  return runs.filter((run, index) => {
    const previous = runs[index - 1] ?? -Infinity;
    return !told.some((moment) => moment > previous && moment <= run);
  });
}
