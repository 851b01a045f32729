import type { JWSRenewalInfoDecodedPayload } from "@holdfast/appstore/signed-data";
import { WIRE_ENVIRONMENTS } from "../realtime/index.ts";
import {
  currentTransaction,
  EXPIRATION_INTENT,
  renewalTerms,
  type Subscription,
} from "../world/subscriptions/index.ts";
import type { EnvironmentWorld } from "../world/index.ts";
import { offerFieldsOf } from "./transaction-info.ts";

/** Apple's definition of `recentSubscriptionStartDate` overlooks gaps below 60 days. */
const OVERLOOKED_GAP_MS = 60 * 24 * 60 * 60 * 1000;

/**
 * Returns what Apple signs at `signedDate` (milliseconds since 1970) of how a subscription will renew.
 * Whether Apple leaves `renewalPrice` out when auto-renewal is off is UNCONFIRMED; here it is there.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/jwsrenewalinfodecodedpayload
 */
export function renewalInfoOf(
  world: EnvironmentWorld,
  subscription: Subscription,
  signedDate: number,
): JWSRenewalInfoDecodedPayload {
  const { renewal, billingProblem, expirationReason, appAccountToken } = subscription;
  const { productId, expiresDate } = currentTransaction(subscription);
  const { price, offer } = renewalTerms(world.app.definition, subscription);
  const gracePeriodExpiresDate = billingProblem?.gracePeriodEndsAt;
  return {
    originalTransactionId: subscription.originalTransactionId,
    autoRenewProductId: renewal.productId,
    productId,
    autoRenewStatus: renewal.isOn ? 1 : 0,
    renewalPrice: price.amount,
    currency: price.currency,
    signedDate,
    environment: WIRE_ENVIRONMENTS[world.environment],
    recentSubscriptionStartDate: recentStartOf(subscription),
    renewalDate: expiresDate,
    appTransactionId: subscription.appTransactionId,
    isInBillingRetryPeriod: billingProblem !== undefined,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
    ...(gracePeriodExpiresDate === undefined ? {} : { gracePeriodExpiresDate }),
    ...intentOf(subscription, expirationReason),
    ...offerFieldsOf(offer),
  };
}

/** An ended subscription says why; one that cannot be billed says so already. */
function intentOf(
  { billingProblem }: Subscription,
  reason: Subscription["expirationReason"],
): Pick<JWSRenewalInfoDecodedPayload, "expirationIntent"> {
  const why = reason ?? (billingProblem === undefined ? undefined : "BILLING_RETRY");
  return why === undefined ? {} : { expirationIntent: EXPIRATION_INTENT[why] };
}

/** The start of the latest run of periods without a gap of 60 days. */
function recentStartOf({ transactions: [first, ...later] }: Subscription): number {
  let start = first.purchaseDate;
  let servedUntil = first.expiresDate;
  for (const { purchaseDate, expiresDate } of later) {
    if (purchaseDate - servedUntil >= OVERLOOKED_GAP_MS) start = purchaseDate;
    servedUntil = expiresDate;
  }
  return start;
}
