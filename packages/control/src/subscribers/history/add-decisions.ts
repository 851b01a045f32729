import { addExposure } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { keepNewest } from "./keep-newest.ts";
import type {
  Exposure,
  OfferExposures,
  RuleExposures,
  SubscriptionExposures,
} from "./subscription-exposures.ts";

/**
 * How many exposures of a rule are kept as they were. In whatever order decisions come, the history is the
 * same as long as none comes after this many younger ones of its rule.
 */
export const RECENT_EXPOSURES = 32;

/** Returns the cooldown of a decision's rule, ms; null where it has none. */
export type CooldownOf = (decision: DecisionRecord) => number | null;

/**
 * Returns a history with decisions counted, each of them new. What counts is what was delivered: a rule when
 * its own response was sent, a deferral to Apple included, for it is the rule's answer; an offer when it was
 * sent, whichever rule sent it. Holdouts, the flow's fallback, and fallbacks sent in place of a rule's
 * response count for no rule: the rule was not shown, so it has nothing to cool down from. What was answered
 * longest ago is forgotten where there is more than a history holds.
 */
export function addDecisions(
  exposures: SubscriptionExposures,
  decisions: readonly DecisionRecord[],
  cooldownOf: CooldownOf,
): SubscriptionExposures {
  const rules = new Map(Object.entries(exposures.rules));
  const offers = new Map(Object.entries(exposures.offers));
  for (const decision of decisions) {
    const { requestedAt: at } = decision;
    const offer = offerOf(decision);
    if (offer !== undefined) offers.set(offer, withOffer(offers.get(offer), at));
    const rule = ruleOf(decision);
    if (rule === undefined) continue;
    const exposure: Exposure = [at, cooldownOf(decision)];
    rules.set(rule, withExposure(rules.get(rule), exposure, offer));
  }
  return keepNewest({ rules: Object.fromEntries(rules), offers: Object.fromEntries(offers) });
}

/** Tells whether a decision counts in histories. */
export function isExposure(decision: DecisionRecord): boolean {
  return ruleOf(decision) !== undefined || offerOf(decision) !== undefined;
}

/** Returns the rule whose own response a decision delivered. */
export function ruleOf({ source, rule, delivered, deviation }: DecisionRecord): string | undefined {
  return source === "rule" && delivered !== undefined && deviation === undefined ? rule : undefined;
}

function offerOf({ delivered }: DecisionRecord): string | undefined {
  return delivered?.kind === "promotionalOffer"
    ? `${delivered.productId}/${delivered.offerIdentifier}`
    : undefined;
}

function withOffer(before: OfferExposures | undefined, at: number): OfferExposures {
  if (before === undefined) return { count: 1, firstAt: at, lastAt: at };
  return {
    count: before.count + 1,
    firstAt: Math.min(before.firstAt, at),
    lastAt: Math.max(before.lastAt, at),
  };
}

function withExposure(
  before: RuleExposures | undefined,
  exposure: Exposure,
  offer: string | undefined,
): RuleExposures {
  const recent = [...(before?.recent ?? []), exposure].sort(byTime);
  let older = before?.older;
  if (recent.length > RECENT_EXPOSURES) {
    const [oldest] = recent.splice(0, 1);
    if (oldest !== undefined) older = addExposure(older, oldest[0], oldest[1] ?? undefined);
  }
  const offers = withFirst(before?.offers, offer, exposure[0]);
  return {
    ...(older === undefined ? {} : { older }),
    recent,
    ...(offers === undefined ? {} : { offers }),
  };
}

function withFirst(
  before: RuleExposures["offers"],
  offer: string | undefined,
  at: number,
): RuleExposures["offers"] {
  if (offer === undefined) return before;
  return { ...before, [offer]: Math.min(before?.[offer] ?? at, at) };
}

function byTime([at, cooldown]: Exposure, [otherAt, otherCooldown]: Exposure): number {
  return at - otherAt || (cooldown ?? -1) - (otherCooldown ?? -1);
}
