import type {
  OfferExposures,
  RuleExposures,
  SubscriptionExposures,
} from "./subscription-exposures.ts";

/**
 * How many rules, and how many offers, one subscription's history holds. Nobody meets as many: a flow answers
 * a subscription by a few. More come where a runtime's token is in wrong hands, and without a bound one row
 * would grow with every decision until no lookup of it ends in time.
 */
export const MAX_NAMED_EXPOSURES = 100;

/**
 * Returns a history with the rules and the offers that were answered with last, {@link MAX_NAMED_EXPOSURES} of each
 * at most, and of a rule's offers those that are still among these. The same history where it holds no more.
 */
export function keepNewest({ rules, offers }: SubscriptionExposures): SubscriptionExposures {
  const ruleNames = Object.keys(rules);
  const offerNames = Object.keys(offers);
  if (ruleNames.length <= MAX_NAMED_EXPOSURES && offerNames.length <= MAX_NAMED_EXPOSURES) {
    return { rules, offers };
  }
  const keptOffers = newest(offers, ({ lastAt }: OfferExposures) => lastAt);
  const keptRules = newest(rules, lastOf);
  return {
    rules: Object.fromEntries(
      keptRules.map(([name, rule]) => [name, withOffersOf(rule, new Set(keptOffers.map(nameOf)))]),
    ),
    offers: Object.fromEntries(keptOffers),
  };
}

type Named<Value> = readonly [name: string, value: Value];

/** In the order they had, so that what stays is written as it was. */
function newest<Value>(
  named: Readonly<Record<string, Value>>,
  lastAt: (value: Value) => number,
): readonly Named<Value>[] {
  const entries = Object.entries(named);
  const kept = new Set(
    entries
      .toSorted(([one, a], [other, b]) => lastAt(b) - lastAt(a) || (one < other ? -1 : 1))
      .slice(0, MAX_NAMED_EXPOSURES)
      .map(nameOf),
  );
  return entries.filter(([name]) => kept.has(name));
}

function nameOf([name]: Named<unknown>): string {
  return name;
}

function lastOf({ recent, older }: RuleExposures): number {
  return recent.at(-1)?.[0] ?? older?.lastAt ?? 0;
}

function withOffersOf(rule: RuleExposures, kept: ReadonlySet<string>): RuleExposures {
  if (rule.offers === undefined) return rule;
  const offers = Object.entries(rule.offers).filter(([name]) => kept.has(name));
  return { ...rule, offers: Object.fromEntries(offers) };
}
