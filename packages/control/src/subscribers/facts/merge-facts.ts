import type { KnownRenewal, KnownTransaction, SubscriptionFacts } from "./subscription-facts.ts";

/**
 * The most transactions that are kept of a subscription, the newest: 19 years of weekly ones. Apple's
 * transactions keep their purchaseDate, so which these are does not depend on the order they come in.
 */
export const MAX_TRANSACTIONS = 1000;

/** The most redemptions that are kept of an offer, the newest. */
const MAX_REDEMPTIONS = 8;

/**
 * Returns what two states of knowledge say together. Commutative, associative and idempotent: facts come to
 * the same in whatever order news arrives, and however often. Of what can change the version that was signed
 * later holds, never the one that came later; of two signed in the same millisecond always the same one, which
 * {@link compareTied} chooses.
 */
export function mergeFacts(one: SubscriptionFacts, other: SubscriptionFacts): SubscriptionFacts {
  const { transactions, isCut } = mergeTransactions(one, other);
  return {
    transactions,
    ...member("renewal", later(one.renewal, other.renewal)),
    ...member("status", later(one.status, other.status)),
    ...member("account", later(one.account, other.account)),
    ...member("ended", mergeEnded([...(one.ended ?? []), ...(other.ended ?? [])], transactions)),
    redemptions: mergeRedemptions(one.redemptions, other.redemptions),
    ...member("wholeAt", laterMoment(one.wholeAt, other.wholeAt)),
    ...(isCut ? { isCut: true } : {}),
  };
}

function member<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [N in Name]?: T } {
  // A computed name widens to string in the type.
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: T };
}

function laterMoment(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}

/** Something Apple signed; the members that not all of them have are renewal info's. */
interface Statement
  extends
    Pick<KnownTransaction, "signedDate">,
    Partial<Pick<KnownRenewal, "autoRenewStatus" | "isInBillingRetryPeriod" | "renewalPrice">> {}

function later<T extends Statement>(one: T | undefined, other: T | undefined): T | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.signedDate !== other.signedDate) {
    return one.signedDate > other.signedDate ? one : other;
  }
  return compareTied(one, other) >= 0 ? one : other;
}

/**
 * Which of two statements of the same millisecond holds: a positive number for the first. Apple's dates hardly
 * ever tie; those of a local App Store do, where a renewal that was due is told together with what somebody did
 * next. So what differs from a plain renewal comes last: renewal turned off, a failed charge, a lower price; and
 * what says more, like a refund. In the end the greater text, which is as good as any.
 */
function compareTied(one: Statement, other: Statement): number {
  const [text, otherText] = [JSON.stringify(one), JSON.stringify(other)];
  return (
    (other.autoRenewStatus ?? 1) - (one.autoRenewStatus ?? 1) ||
    Number(one.isInBillingRetryPeriod === true) - Number(other.isInBillingRetryPeriod === true) ||
    (other.renewalPrice ?? Infinity) - (one.renewalPrice ?? Infinity) ||
    text.length - otherText.length ||
    (text >= otherText ? 1 : -1)
  );
}

function mergeTransactions(
  one: SubscriptionFacts,
  other: SubscriptionFacts,
): { readonly transactions: SubscriptionFacts["transactions"]; readonly isCut: boolean } {
  const merged = new Map(Object.entries(one.transactions));
  for (const [hash, version] of Object.entries(other.transactions)) {
    merged.set(hash, later(merged.get(hash), version) ?? version);
  }
  const wasCut = one.isCut === true || other.isCut === true;
  const ordered = [...merged].sort(byPurchase);
  const kept = ordered.slice(-MAX_TRANSACTIONS);
  return {
    transactions: Object.fromEntries(kept),
    isCut: wasCut || kept.length < ordered.length,
  };
}

/** In the order of their purchase, which is also the order they are stored in: equal facts are equal texts. */
function byPurchase(
  [hash, { purchaseDate }]: readonly [string, KnownTransaction],
  [otherHash, other]: readonly [string, KnownTransaction],
): number {
  if (purchaseDate !== other.purchaseDate) return purchaseDate - other.purchaseDate;
  return hash < otherHash ? -1 : 1;
}

/** Of transactions that are not kept it does not matter. */
function mergeEnded(
  hashes: readonly string[],
  transactions: SubscriptionFacts["transactions"],
): readonly string[] | undefined {
  const kept = hashes.filter((hash) => Object.hasOwn(transactions, hash));
  return kept.length === 0 ? undefined : [...new Set(kept)].sort();
}

function mergeRedemptions(
  one: SubscriptionFacts["redemptions"],
  other: SubscriptionFacts["redemptions"],
): SubscriptionFacts["redemptions"] {
  const offers = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(
    offers.map((offer) => {
      const moments = new Set([...(one[offer] ?? []), ...(other[offer] ?? [])]);
      return [offer, [...moments].sort((a, b) => a - b).slice(-MAX_REDEMPTIONS)];
    }),
  );
}
