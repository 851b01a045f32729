import { countPeriods, periodEnd } from "../iso-period.ts";
import {
  currentTransaction,
  type Subscription,
  type TakenOffer,
  type Transaction,
} from "./subscription.ts";
import type { Terms } from "./terms.ts";

/** How far apart the identifiers of a subscription's transactions are; ours. */
const TRANSACTION_ID_STEP = 1_000_000_000n;

/** Returns `subscription` with another period, from `at` on, and nothing that ended it. */
export function beginPeriod(
  subscription: Subscription,
  {
    terms,
    reason,
    at,
    timeScale,
  }: {
    readonly terms: Terms;
    readonly reason: Transaction["reason"];
    readonly at: number;
    readonly timeScale?: number | undefined;
  },
): Subscription {
  const {
    billingProblem: _paid,
    paymentFails: _works,
    expirationReason: _again,
    ...rest
  } = subscription;
  const [first, ...others] = subscription.transactions;
  const transaction: Transaction = {
    transactionId: nextTransactionId(subscription),
    productId: terms.product.productId,
    purchaseDate: at,
    expiresDate: periodEnd(at, terms.period, timeScale),
    reason,
    price: terms.price.amount,
    currency: terms.price.currency,
    ...(terms.offer === undefined ? {} : { offer: terms.offer }),
    modifiedAt: at,
  };
  return { ...rest, transactions: [first, ...others, transaction] };
}

/** Returns `subscription` with the current period over at `at`, where it would go on. */
export function endPeriod(subscription: Subscription, at: number): Subscription {
  const current = currentTransaction(subscription);
  if (current.expiresDate <= at) return subscription;
  return replaceCurrent(subscription, { ...current, expiresDate: at, modifiedAt: at });
}

/** Returns `subscription` with another current transaction. */
export function replaceCurrent(subscription: Subscription, current: Transaction): Subscription {
  const [first, ...others] = subscription.transactions;
  const before = others.slice(0, -1);
  return {
    ...subscription,
    transactions: others.length === 0 ? [current] : [first, ...before, current],
  };
}

/** Returns how many renewals of a product an offer covers. */
export function renewalsUnder(offer: TakenOffer, productPeriod: string): number {
  return offer.mode === "PAY_AS_YOU_GO" ? countPeriods(offer.period, productPeriod) : 1;
}

function nextTransactionId({ transactions }: Subscription): string {
  const highest = transactions
    .map(({ transactionId }) => BigInt(transactionId))
    .reduce((most, id) => (id > most ? id : most));
  return String(highest + TRANSACTION_ID_STEP);
}
