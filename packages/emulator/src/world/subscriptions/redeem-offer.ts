import { emulatorError } from "../../errors/index.ts";
import type { AppStoreConnectMessage, OfferTerms } from "../app-definition.ts";
import {
  assertPurchaser,
  type Change,
  type ChangeContext,
  changeTo,
  impossible,
} from "./change.ts";
import { comparePlans, upgrade } from "./change-plan.ts";
import { beginPeriod, renewalsUnder } from "./periods.ts";
import {
  currentTransaction,
  isServed,
  type OfferKind,
  type Renewal,
  STATUS,
  statusOf,
  type Subscription,
  takenOffer,
  type TakenOffer,
} from "./subscription.ts";
import { productOf, termsOf } from "./terms.ts";

/** Which offer is taken. */
export interface RedeemOfferOptions {
  readonly offerIdentifier: string;
  /** The product it is for; default the current one. */
  readonly productId?: string;
  /** Default `promotional`. */
  readonly kind?: Exclude<OfferKind, "introductory">;
}

/** Where offers are that are no promotional ones of the app's definition. */
export interface RedeemContext extends ChangeContext {
  /** App Store Connect's messages by product: they hold the retention offers. */
  readonly appStoreConnectMessages: ReadonlyMap<string, AppStoreConnectMessage>;
}

/**
 * Takes an offer. For the product the subscriber has, or a lower one, it begins with the next renewal;
 * for a higher one, or after the subscription has ended, at once. That taking an offer turns
 * auto-renewal on without another notification is UNCONFIRMED, and so is that Apple tells of a
 * retention offer with OFFER_REDEEMED too. Throws `EVENT_IMPOSSIBLE`, and `INPUT_INVALID` for an offer
 * the product does not have.
 */
export function redeemOffer(
  subscription: Subscription,
  context: RedeemContext,
  options: RedeemOfferOptions,
): Change {
  assertPurchaser(subscription);
  const productId = options.productId ?? currentTransaction(subscription).productId;
  const offer = findOffer(context, productId, options);
  const plan = comparePlans(subscription, context, productId);
  if (statusOf(subscription) === STATUS.expired) {
    return resubscribe(subscription, context, { productId, offer });
  }
  if (!isServed(subscription)) throw impossible("a subscription that can be paid for");
  const { at } = context;
  if (plan === "UPGRADE") {
    const upgraded = upgrade(subscription, context, { productId, offer });
    const renewal = afterFirst(upgraded.renewal, offer, context);
    return changeTo({ ...upgraded, renewal }, at, ["OFFER_REDEEMED", plan]);
  }
  const renewalsLeft = renewalsUnder(offer, productOf(context.definition, productId).period);
  const renewal = { isOn: true, productId, offer: { ...offer, renewalsLeft } };
  const subtype = plan === "DOWNGRADE" ? plan : undefined;
  return changeTo({ ...subscription, renewal }, at, ["OFFER_REDEEMED", subtype]);
}

/** Which product, and under which offer if any. */
export interface ResubscribeOptions {
  /** Default the last one. */
  readonly productId?: string;
  readonly offer?: TakenOffer;
}

/** Begins the subscription again after it has ended. Throws `EVENT_IMPOSSIBLE`, `INPUT_INVALID`. */
export function resubscribe(
  subscription: Subscription,
  context: ChangeContext,
  { productId = currentTransaction(subscription).productId, offer }: ResubscribeOptions = {},
): Change {
  assertPurchaser(subscription);
  const status = statusOf(subscription);
  if (status !== STATUS.expired && status !== STATUS.revoked) {
    throw impossible("a subscription that has ended");
  }
  comparePlans(subscription, context, productId);
  const { definition, at, timeScale } = context;
  const { storefront } = subscription;
  const terms = termsOf(definition, { productId, storefront, offer });
  const begun = beginPeriod(subscription, { terms, reason: "PURCHASE", at, timeScale });
  const fresh = { isOn: true, productId };
  const renewal = offer === undefined ? fresh : afterFirst(fresh, offer, context);
  return changeTo({ ...begun, renewal }, at, ["SUBSCRIBED", "RESUBSCRIBE"]);
}

/** What is left of an offer whose first period has begun. */
function afterFirst(renewal: Renewal, offer: TakenOffer, { definition }: ChangeContext): Renewal {
  const { period } = productOf(definition, renewal.productId);
  const renewalsLeft = renewalsUnder(offer, period) - 1;
  return renewalsLeft === 0 ? renewal : { ...renewal, offer: { ...offer, renewalsLeft } };
}

function findOffer(
  { definition, appStoreConnectMessages }: RedeemContext,
  productId: string,
  { offerIdentifier, kind = "promotional" }: RedeemOfferOptions,
): TakenOffer {
  const retention = appStoreConnectMessages.get(productId)?.retentionOffer;
  const retentionOffers = retention === undefined ? [] : [retention];
  // Codes and win-back offers are not in definitions: they have the terms of the promotional offers.
  const found: (OfferTerms & { readonly offerIdentifier: string }) | undefined =
    kind === "retention"
      ? retentionOffers.find((offer) => offer.offerIdentifier === offerIdentifier)
      : definition.offers.find(
          (offer) => offer.productId === productId && offer.offerIdentifier === offerIdentifier,
        );
  if (found === undefined) {
    throw emulatorError(
      "INPUT_INVALID",
      `${productId} has no ${kind} offer ${offerIdentifier}; see the app's definition or App Store Connect's message of the product`,
    );
  }
  return takenOffer(kind, offerIdentifier, found);
}
