import type { JWSTransactionDecodedPayload } from "@holdfast/appstore/signed-data";
import { WIRE_ENVIRONMENTS } from "../realtime/index.ts";
import { subscriptionGroupIdentifierOf } from "../world/group-identifier.ts";
import {
  OFFER_TYPE,
  type Revocation,
  type Subscription,
  type TakenOffer,
  type Transaction,
} from "../world/subscriptions/index.ts";
import { stableDigits } from "../world/stable-digits.ts";
import { territoryOf } from "../world/territories.ts";
import type { EnvironmentWorld } from "../world/index.ts";

/** A percentage is told in thousandths of a percent. */
const MILLIUNITS = 1000;

/**
 * Returns what Apple signs of one transaction at `signedDate` (milliseconds since 1970). Not there: what
 * belongs to Advanced Commerce and to plans with a commitment.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload
 */
export function transactionInfoOf(
  world: EnvironmentWorld,
  { subscription, transaction }: { subscription: Subscription; transaction: Transaction },
  signedDate: number,
): JWSTransactionDecodedPayload {
  const { definition } = world.app;
  const { originalTransactionId, storefront, appAccountToken, transactions } = subscription;
  const { transactionId, productId, purchaseDate, expiresDate, isUpgraded, offer } = transaction;
  const { storefrontId } = territoryOf(storefront);
  return {
    transactionId,
    originalTransactionId,
    // Apple's number of the purchase event; here made of the transaction's.
    webOrderLineItemId: stableDigits(`${definition.bundleId}|${transactionId}`, 15),
    bundleId: definition.bundleId,
    productId,
    subscriptionGroupIdentifier: subscriptionGroupIdentifierOf(definition, productId),
    purchaseDate,
    originalPurchaseDate: transactions[0].purchaseDate,
    expiresDate,
    quantity: 1,
    type: "Auto-Renewable Subscription",
    inAppOwnershipType: subscription.ownership,
    signedDate,
    environment: WIRE_ENVIRONMENTS[world.environment],
    transactionReason: transaction.reason,
    storefront,
    ...(storefrontId === undefined ? {} : { storefrontId }),
    price: transaction.price,
    currency: transaction.currency,
    appTransactionId: subscription.appTransactionId,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
    ...(isUpgraded === undefined ? {} : { isUpgraded }),
    ...offerFieldsOf(offer),
    ...revocationFieldsOf(transaction.revocation),
  };
}

/** Returns what transactions and renewals say of an offer: nothing without one. */
export function offerFieldsOf(
  offer: TakenOffer | undefined,
): Pick<
  JWSTransactionDecodedPayload,
  "offerType" | "offerIdentifier" | "offerDiscountType" | "offerPeriod"
> {
  if (offer === undefined) return {};
  const { kind, identifier, mode, period } = offer;
  return {
    offerType: OFFER_TYPE[kind],
    ...(identifier === undefined ? {} : { offerIdentifier: identifier }),
    offerDiscountType: mode,
    offerPeriod: period,
  };
}

function revocationFieldsOf(
  revocation: Revocation | undefined,
): Pick<
  JWSTransactionDecodedPayload,
  "revocationDate" | "revocationReason" | "revocationType" | "revocationPercentage"
> {
  if (revocation === undefined) return {};
  const { date, reason, type, percent } = revocation;
  return {
    revocationDate: date,
    revocationReason: reason,
    revocationType: type,
    revocationPercentage: percent * MILLIUNITS,
  };
}
