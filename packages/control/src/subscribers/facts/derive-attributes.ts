import type { AttributeValue } from "@holdfast/flow/evaluate";
import { isComplete, isLongOver, periodsOf, phaseOf, runStart } from "./subscription-periods.ts";
import type { Period, Phase } from "./subscription-periods.ts";
import type { KnownRenewal, KnownTransaction, SubscriptionFacts } from "./subscription-facts.ts";

/** What Apple said an attribute is, and by what. */
export interface DerivedAttribute {
  /** `null` is absent: known not to exist. */
  readonly value: AttributeValue;
  /** When what says so was signed, milliseconds since 1970. */
  readonly signedDate: number;
  readonly source: "transaction" | "renewalInfo" | "status" | "purchases";
}

/** The name under which the beginning of the subscription is derived; rules see the days since. */
export const TENURE = "subscription.tenureDays";

/** Apple counts prices in thousandths of the currency's unit. */
const MILLIUNITS = 1000;

const INTRODUCTORY = 1;

type Found = readonly (readonly [name: string, attribute: DerivedAttribute])[];

/**
 * Returns what is known of a subscription's attributes at `now`, milliseconds since 1970, by their full names.
 * One that is not there is unknown. `subscription.tenureDays` holds the moment it is counted from.
 *
 * When the period bought last is over and nobody told what followed, everything that hangs on the period
 * is unknown: it may have been renewed at another price, or be in a grace period.
 */
export function deriveAttributes(
  facts: SubscriptionFacts,
  now: number,
): ReadonlyMap<string, DerivedAttribute> {
  const periods = periodsOf(facts);
  const current = periods.at(-1);
  if (current === undefined) return new Map(ofRenewalAlone(facts.renewal));
  const phase = phaseOf(facts, current, now);
  return new Map([
    ...ofPlace(current),
    ...ofTenure(facts, periods, { current, phase, now }),
    ...(phase === undefined ? [] : ofPeriod(current, phase)),
    ...(phase === undefined ? [] : ofBilling(facts, current, phase)),
    ...(phase === undefined ? [] : ofRenewal(facts.renewal, current)),
    ...(phase === undefined || !isComplete(facts, periods) ? [] : ofPurchases(facts, periods)),
  ]);
}

/** What changes so rarely that it outlives its period. */
function ofPlace(current: KnownTransaction): Found {
  const { storefront, currency, ownership, billingPlanType } = current;
  return said("transaction", current.signedDate, {
    storefront,
    currency,
    "subscription.ownership": ownership,
    "subscription.billingPlanType": billingPlanType,
  });
}

function ofPeriod(current: KnownTransaction, phase: Phase): Found {
  const { price, offerType, offerDiscountType } = current;
  const isOffer = phase === "running" && offerType !== undefined;
  const inTrial = offerDiscountType === undefined ? undefined : offerDiscountType === "FREE_TRIAL";
  return said("transaction", current.signedDate, {
    price: price === undefined ? undefined : price / MILLIUNITS,
    "subscription.inTrial": isOffer ? inTrial : false,
    "subscription.inIntroOffer": isOffer && offerType === INTRODUCTORY,
    "subscription.offerType": isOffer ? offerType : null,
  });
}

function ofBilling(
  { status, renewal }: SubscriptionFacts,
  current: KnownTransaction,
  phase: Phase,
): Found {
  const found = {
    "subscription.inGracePeriod": phase === "gracePeriod",
    "subscription.inBillingRetry": phase === "gracePeriod" || phase === "billingRetry",
  };
  if (phase === "running" || phase === "revoked") {
    return said("transaction", current.signedDate, found);
  }
  const statusAt = status?.signedDate ?? -Infinity;
  const renewalAt = renewal?.signedDate ?? -Infinity;
  return statusAt >= renewalAt
    ? said("status", statusAt, found)
    : said("renewalInfo", renewalAt, found);
}

/** Renewal info from before the current period says nothing of how that one will renew. */
function ofRenewal(renewal: KnownRenewal | undefined, { purchaseDate }: KnownTransaction): Found {
  if (renewal === undefined || renewal.signedDate < purchaseDate) return [];
  const { renewalPrice } = renewal;
  return said("renewalInfo", renewal.signedDate, {
    renewalPrice: renewalPrice === undefined ? undefined : renewalPrice / MILLIUNITS,
    "subscription.autoRenew": autoRenewOf(renewal),
  });
}

function autoRenewOf({ autoRenewStatus }: KnownRenewal): boolean | undefined {
  return autoRenewStatus === undefined ? undefined : autoRenewStatus === 1;
}

/** Without a transaction nothing says whether the renewal info is of the current period, but for the start. */
function ofRenewalAlone(renewal: KnownRenewal | undefined): Found {
  if (renewal === undefined) return [];
  return said("renewalInfo", renewal.signedDate, { [TENURE]: renewal.recentSubscriptionStartDate });
}

/** Where Apple does not say when the run of purchases began, they tell, as far as all of them are known. */
function ofTenure(
  facts: SubscriptionFacts,
  periods: readonly Period[],
  { current, phase, now }: { current: KnownTransaction; phase: Phase | undefined; now: number },
): Found {
  if (phase === undefined && isLongOver(current, now)) return [];
  const known = isComplete(facts, periods) ? runStart(periods) : undefined;
  const { renewal } = facts;
  const told = renewal?.recentSubscriptionStartDate;
  // What was said before a run began that is known is of the run before it.
  const isOfThisRun = known === undefined || (renewal?.signedDate ?? 0) >= known;
  if (renewal !== undefined && told !== undefined && isOfThisRun) {
    return said("renewalInfo", renewal.signedDate, { [TENURE]: told });
  }
  return said("purchases", current.signedDate, { [TENURE]: known });
}

/** What only all purchases together say. */
function ofPurchases(facts: SubscriptionFacts, periods: readonly Period[]): Found {
  const offers = periods.flatMap(({ offerIdentifier }) => offerIdentifier ?? []);
  const redeemed = Object.keys(facts.redemptions).map((key) => key.slice(key.indexOf("/") + 1));
  return said("purchases", Math.max(...periods.map(({ signedDate }) => signedDate)), {
    "subscription.paidPeriods": periods.filter(isPaid).length,
    "subscription.redeemedOffers": [...new Set([...offers, ...redeemed])].sort(),
  });
}

/** A period that cost something and was not refunded whole; where no price is said, one that was no free trial. */
function isPaid(period: KnownTransaction): boolean {
  const { price, offerDiscountType, revocationDate, revocationType } = period;
  if (revocationDate !== undefined && revocationType !== "REFUND_PRORATED") return false;
  return price === undefined ? offerDiscountType !== "FREE_TRIAL" : price > 0;
}

function said(
  source: DerivedAttribute["source"],
  signedDate: number,
  values: Readonly<Record<string, AttributeValue | undefined>>,
): Found {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, { value, signedDate, source }] as const],
  );
}
