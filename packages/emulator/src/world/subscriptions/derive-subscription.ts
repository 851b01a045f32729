import { createSeededRandom, pickWeighted } from "../../random/seeded-random.ts";
import type { AppDefinition, Subscriber } from "../app-definition.ts";
import { stableDigits, stableSeed } from "../stable-digits.ts";
import type { ChangeContext } from "./change.ts";
import { type DeriveContext, deriveTransactions, type Life } from "./derive-transactions.ts";
import { cancel } from "./renewal-status.ts";
import { expire, failToRenew } from "./lapse.ts";
import { renewalsUnder } from "./periods.ts";
import { settle } from "./settle.ts";
import type { Subscription, Transaction } from "./subscription.ts";
import { productOf } from "./terms.ts";

/** How lives stand when the world begins, and how common that is. */
const CONDITIONS = [
  { weight: 86, value: "renewing" },
  { weight: 6, value: "cancelled" },
  { weight: 3, value: "expired" },
  { weight: 2, value: "gracePeriod" },
  { weight: 2, value: "billingRetry" },
  { weight: 1, value: "gaveUp" },
] as const;

type Condition = (typeof CONDITIONS)[number]["value"];

/** Apple's examples of app transaction identifiers begin so. */
const APP_TRANSACTION_PREFIX = "704";

/**
 * Returns the life of a subscriber up to when the world began: the same for the same definition and
 * moment. Subscribers the definition names are active and renew; of those made up, some have
 * cancelled, cannot pay, or have left.
 */
export function deriveSubscription(subscriber: Subscriber, context: DeriveContext): Subscription {
  const { definition, environment } = context;
  const { originalTransactionId } = subscriber;
  const key = `${definition.bundleId}|${environment}|${originalTransactionId}`;
  const random = createSeededRandom(stableSeed(key));
  const named = definition.subscribers ?? [];
  const isNamed = named.some((one) => one.originalTransactionId === originalTransactionId);
  const life = { ...context, random, isNamed };
  const transactions = deriveTransactions(subscriber, life);
  const { appAccountToken } = subscriber;
  const paid: Subscription = {
    originalTransactionId,
    ownership: subscriber.ownership,
    storefront: subscriber.storefront,
    appTransactionId:
      subscriber.appTransactionId ?? `${APP_TRANSACTION_PREFIX}${stableDigits(key, 15)}`,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
    transactions,
    renewal: renewalAfter(transactions.at(-1) ?? transactions[0], definition),
  };
  const condition = isNamed ? undefined : pickWeighted(random, CONDITIONS);
  return arrive(paid, condition ?? "renewing", life);
}

function renewalAfter(
  { productId, offer }: Transaction,
  definition: AppDefinition,
): Subscription["renewal"] {
  const renewalsLeft =
    offer === undefined ? 0 : renewalsUnder(offer, productOf(definition, productId).period) - 1;
  const renewal = { isOn: true, productId };
  return offer === undefined || renewalsLeft === 0
    ? renewal
    : { ...renewal, offer: { ...offer, renewalsLeft } };
}

/** Lets the last days bring a subscription into `condition`. */
function arrive(
  paid: Subscription,
  condition: Condition,
  { definition, begunAt, timeScale, random }: Life,
): Subscription {
  const { purchaseDate } = paid.transactions.at(-1) ?? paid.transactions[0];
  // Some time within what has passed of the current period.
  const at = Math.round(purchaseDate + (begunAt - purchaseDate) * random());
  const arrived = CONDITION_CHANGES[condition](paid, { definition, at, begunAt, timeScale });
  return settle(arrived, { definition, at: begunAt, timeScale }).subscription;
}

/** How each condition comes about, from a subscription that renews. */
const CONDITION_CHANGES: Readonly<
  Record<
    Condition,
    (paid: Subscription, context: ChangeContext & { readonly begunAt: number }) => Subscription
  >
> = {
  renewing: (paid) => paid,
  // One of the family cannot cancel.
  cancelled: (paid, context) =>
    paid.ownership === "PURCHASED" ? cancel(paid, context).subscription : paid,
  expired: (paid, context) => expire(paid, context, { reason: "VOLUNTARY" }).subscription,
  gaveUp: (paid, context) => expire(paid, context, { reason: "BILLING_RETRY" }).subscription,
  // A problem of long ago would be over by now.
  gracePeriod: (paid, { begunAt, ...context }) =>
    failToRenew(paid, { ...context, at: begunAt }, { gracePeriod: true }).subscription,
  billingRetry: (paid, { begunAt, ...context }) =>
    failToRenew(paid, { ...context, at: begunAt }, { gracePeriod: false }).subscription,
};
