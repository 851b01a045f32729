/**
 * What Apple signed about one subscription, as far as rules can see it; holds no id of Apple's. Two of them
 * are merged by `mergeFacts`. Times are milliseconds since 1970.
 */
export interface SubscriptionFacts {
  /** By the hash of their transactionId. */
  readonly transactions: Readonly<Record<string, KnownTransaction>>;
  /** The renewal info signed last. */
  readonly renewal?: KnownRenewal;
  /** Apple's status, as it was said last: 1 active, 2 expired, 3 billing retry, 4 grace period, 5 revoked. */
  readonly status?: { readonly value: number; readonly signedDate: number };
  /** The hash of appAccountToken, as it was said last. */
  readonly account?: { readonly hash: string; readonly signedDate: number };
  /** The transactions, by their hashes, after whose period the subscription was said to have ended. */
  readonly ended?: readonly string[];
  /** When offers were said to be redeemed, by `productId/offerIdentifier`; the newest, rising. */
  readonly redemptions: Readonly<Record<string, readonly number[]>>;
  /** Up to when the history of transactions is whole: when the newest one read to its end was signed. */
  readonly wholeAt?: number;
  /** That there were more transactions than are kept. */
  readonly isCut?: true;
}

/** What counts of a transaction. */
export interface KnownTransaction {
  /** Of two versions the one signed later holds. */
  readonly signedDate: number;
  readonly purchaseDate: number;
  readonly expiresDate: number;
  readonly productId: string;
  /** Whether it is the subscription's first. */
  readonly isFirst?: true;
  /** Whether an upgrade ended it early. */
  readonly isUpgraded?: true;
  /** Thousandths of the currency's unit. */
  readonly price?: number;
  readonly currency?: string;
  readonly storefront?: string;
  readonly ownership?: string;
  readonly billingPlanType?: string;
  readonly offerType?: number;
  readonly offerIdentifier?: string;
  readonly offerDiscountType?: string;
  readonly revocationDate?: number;
  readonly revocationType?: string;
}

/** What counts of renewal info. */
export interface KnownRenewal {
  readonly signedDate: number;
  readonly autoRenewStatus?: number;
  readonly isInBillingRetryPeriod?: boolean;
  readonly gracePeriodExpiresDate?: number;
  readonly recentSubscriptionStartDate?: number;
  /** Thousandths of the currency's unit. */
  readonly renewalPrice?: number;
  readonly expirationIntent?: number;
}

/** Nothing is known: what merges with any facts into these facts. */
export const NO_FACTS: SubscriptionFacts = { transactions: {}, redemptions: {} };
