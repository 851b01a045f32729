import type { Subscriber } from "../app-definition.ts";
import { periodEnd } from "../iso-period.ts";
import { type Change, type ChangeContext, changeTo } from "./change.ts";
import { renewalsUnder } from "./periods.ts";
import { type Renewal, type Subscription, type TakenOffer, takenOffer } from "./subscription.ts";
import { productOf, termsOf } from "./terms.ts";

/** How a subscription begins. */
export interface SubscribeOptions {
  /** Begin with the product's introductory offer, if it has one; default false. */
  readonly introductoryOffer?: boolean;
}

/**
 * Begins the first subscription of somebody who buys `subscriber.productId`, of which Apple tells with
 * SUBSCRIBED / INITIAL_BUY. Throws `INPUT_INVALID` for a product the app does not have.
 */
export function subscribe(
  subscriber: Subscriber & { readonly appTransactionId: string },
  { definition, at, timeScale }: ChangeContext,
  { introductoryOffer = false }: SubscribeOptions = {},
): Change {
  const { originalTransactionId, appTransactionId, appAccountToken, productId, storefront } =
    subscriber;
  const product = productOf(definition, productId);
  const offer =
    introductoryOffer && product.introductoryOffer !== undefined
      ? takenOffer("introductory", undefined, product.introductoryOffer)
      : undefined;
  const { period, price } = termsOf(definition, { productId, storefront, offer });
  const subscription: Subscription = {
    originalTransactionId,
    ownership: "PURCHASED",
    storefront,
    appTransactionId,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
    transactions: [
      {
        transactionId: originalTransactionId,
        productId,
        purchaseDate: at,
        expiresDate: periodEnd(at, period, timeScale),
        reason: "PURCHASE",
        price: price.amount,
        currency: price.currency,
        ...(offer === undefined ? {} : { offer }),
        modifiedAt: at,
      },
    ],
    renewal: renewalAfterFirst(productId, offer, product.period),
  };
  return changeTo(subscription, at, ["SUBSCRIBED", "INITIAL_BUY"]);
}

function renewalAfterFirst(
  productId: string,
  offer: TakenOffer | undefined,
  period: string,
): Renewal {
  const renewalsLeft = offer === undefined ? 0 : renewalsUnder(offer, period) - 1;
  const renewal = { isOn: true, productId };
  return offer === undefined || renewalsLeft === 0
    ? renewal
    : { ...renewal, offer: { ...offer, renewalsLeft } };
}
