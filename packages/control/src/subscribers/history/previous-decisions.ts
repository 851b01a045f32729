import { addExposure } from "@holdfast/flow/evaluate";
import type { ExposureHistory, PreviousDecisions } from "@holdfast/flow/evaluate";
import type { RuleExposures, SubscriptionExposures } from "./subscription-exposures.ts";

/** When offers were redeemed, by `productId/offerIdentifier`. */
export type Redemptions = ReadonlyMap<string, readonly number[]>;

/**
 * Returns a subscriber's history as rules see it: cycles as `addExposure` counts them, each exposure with the
 * cooldown its rule had then. A redemption counts for the rules that had delivered the offer before it, and
 * for the offer itself.
 */
export function previousDecisionsOf(
  { rules, offers }: SubscriptionExposures,
  redemptions: Redemptions,
): PreviousDecisions {
  return {
    rules: Object.fromEntries(
      Object.entries(rules).flatMap(([name, rule]) => {
        const history = cyclesOf(rule);
        if (history === undefined) return [];
        return [[name, withRedemption(history, redeemedOf(rule, redemptions))]];
      }),
    ),
    offers: Object.fromEntries(
      Object.entries(offers).map(([name, offer]) => [
        name,
        withRedemption(offer, redemptions.get(name)?.at(-1)),
      ]),
    ),
  };
}

function cyclesOf({ older, recent }: RuleExposures): ExposureHistory | undefined {
  let history = older;
  for (const [at, cooldownMs] of recent) {
    history = addExposure(history, at, cooldownMs ?? undefined);
  }
  return history;
}

/** The last redemption of an offer that the rule had delivered by then. */
function redeemedOf({ offers = {} }: RuleExposures, redemptions: Redemptions): number | undefined {
  const moments = Object.entries(offers).flatMap(([offer, deliveredAt]) =>
    (redemptions.get(offer) ?? []).filter((moment) => moment >= deliveredAt),
  );
  return moments.length === 0 ? undefined : Math.max(...moments);
}

function withRedemption(history: ExposureHistory, redeemedAt: number | undefined): ExposureHistory {
  return redeemedAt === undefined ? history : { ...history, redeemedAt };
}
