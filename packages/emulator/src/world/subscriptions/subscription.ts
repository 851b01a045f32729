import type { OfferTerms, Subscriber } from "../app-definition.ts";

/** Apple's numbers for kinds of offers; 5 is from WWDC26 session 309 and in no library of Apple's yet. */
export const OFFER_TYPE = {
  introductory: 1,
  promotional: 2,
  offerCode: 3,
  winBack: 4,
  retention: 5,
} as const;

/** A kind of offer, as operations name it. */
export type OfferKind = keyof typeof OFFER_TYPE;

/** Apple's numbers for what a subscription is now. */
export const STATUS = {
  active: 1,
  expired: 2,
  billingRetry: 3,
  billingGracePeriod: 4,
  revoked: 5,
} as const;

/** Apple's number for what a subscription is now. */
export type SubscriptionStatus = (typeof STATUS)[keyof typeof STATUS];

/** Apple's numbers for why a subscription ended. */
export const EXPIRATION_INTENT = {
  VOLUNTARY: 1,
  BILLING_RETRY: 2,
  PRICE_INCREASE: 3,
  PRODUCT_NOT_FOR_SALE: 4,
} as const;

/** Why a subscription ended, by the subtype of the notification that tells it. */
export type ExpirationReason = keyof typeof EXPIRATION_INTENT;

/** An offer somebody has taken. */
export interface TakenOffer extends OfferTerms {
  readonly kind: OfferKind;
  /** Absent for introductory offers. */
  readonly identifier?: string;
}

/** Money given back, or a share in the family taken away. */
export interface Revocation {
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly type: "REFUND_FULL" | "REFUND_PRORATED" | "FAMILY_REVOKE";
  /** Apple's number: 1 for a problem with the app, 0 for anything else. */
  readonly reason: 0 | 1;
  /** How much of it, from 1 to 100. */
  readonly percent: number;
}

/** One purchase or renewal. Dates are milliseconds since 1970. */
export interface Transaction {
  readonly transactionId: string;
  readonly productId: string;
  readonly purchaseDate: number;
  readonly expiresDate: number;
  readonly reason: "PURCHASE" | "RENEWAL";
  /** In thousandths of the currency's unit. */
  readonly price: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly offer?: TakenOffer;
  /** The subscriber went on to a higher product before its end. */
  readonly isUpgraded?: true;
  readonly revocation?: Revocation;
  /** When something about it last changed: what the transaction history is sorted by. */
  readonly modifiedAt: number;
}

/** What will happen at the end of the current period. */
export interface Renewal {
  readonly isOn: boolean;
  readonly productId: string;
  /** What the next renewal is under, and how many renewals with it. */
  readonly offer?: TakenOffer & { readonly renewalsLeft: number };
}

/** A renewal could not be paid; Apple keeps trying. Dates are milliseconds since 1970. */
interface BillingProblem {
  /** Until when the subscriber is served nevertheless; absent without, or after, a grace period. */
  readonly gracePeriodEndsAt?: number;
  /** When Apple gives up. */
  readonly retryEndsAt: number;
}

/** The life of one subscription so far. Changing it makes a new one. */
export interface Subscription {
  readonly originalTransactionId: string;
  readonly ownership: Subscriber["ownership"];
  /** Alpha-3. */
  readonly storefront: string;
  readonly appTransactionId: string;
  readonly appAccountToken?: string;
  /** Oldest first; never empty: the last one is the current period. */
  readonly transactions: readonly [Transaction, ...Transaction[]];
  readonly renewal: Renewal;
  readonly billingProblem?: BillingProblem;
  /** The next renewal cannot be paid, with or without a grace period after it. */
  readonly paymentFails?: { readonly gracePeriod: boolean };
  /** Why it ended, once it has. */
  readonly expirationReason?: ExpirationReason;
}

/** Returns the transaction of the current, or last, period. */
export function currentTransaction({ transactions }: Subscription): Transaction {
  return transactions.at(-1) ?? transactions[0];
}

/** Returns what `subscription` is now. A period that is over ends only with a renewal or an end. */
export function statusOf(subscription: Subscription): SubscriptionStatus {
  const { billingProblem, expirationReason } = subscription;
  if (currentTransaction(subscription).revocation !== undefined) return STATUS.revoked;
  if (expirationReason !== undefined) return STATUS.expired;
  if (billingProblem === undefined) return STATUS.active;
  return billingProblem.gracePeriodEndsAt === undefined
    ? STATUS.billingRetry
    : STATUS.billingGracePeriod;
}

/** Tells whether somebody has what the subscription gives: it is active or in a grace period. */
export function isServed(subscription: Subscription): boolean {
  const status = statusOf(subscription);
  return status === STATUS.active || status === STATUS.billingGracePeriod;
}

/**
 * Tells whether the subscriber's page has a button to cancel with: who bought it is served, and it will
 * renew. That one of the family has none is INFERRED.
 */
export function hasCancelButton(subscription: Subscription): boolean {
  const { ownership, renewal } = subscription;
  return ownership === "PURCHASED" && renewal.isOn && isServed(subscription);
}

/** Returns the offer of a kind with these terms; an introductory one has no identifier. */
export function takenOffer(
  kind: OfferKind,
  identifier: string | undefined,
  { mode, period, discountPercent }: OfferTerms,
): TakenOffer {
  return {
    kind,
    mode,
    period,
    ...(identifier === undefined ? {} : { identifier }),
    ...(discountPercent === undefined ? {} : { discountPercent }),
  };
}
