import { type Change, type ChangeContext, changeTo, impossible } from "./change.ts";
import { beginPeriod, endPeriod } from "./periods.ts";
import {
  currentTransaction,
  type Renewal,
  STATUS,
  statusOf,
  type Subscription,
} from "./subscription.ts";
import { renewalTerms } from "./terms.ts";

/**
 * Renews the subscription, as though its period ended now: for the product and under the offer that
 * were chosen for it. After a billing problem it is a recovery. Throws `EVENT_IMPOSSIBLE` when it has
 * ended or auto-renewal is off.
 */
export function renew(
  subscription: Subscription,
  { definition, at, timeScale }: ChangeContext,
): Change {
  const status = statusOf(subscription);
  if (status === STATUS.expired || status === STATUS.revoked || !subscription.renewal.isOn) {
    throw impossible("a subscription that has not ended, with auto-renewal on");
  }
  const terms = renewalTerms(definition, subscription);
  const ended = endPeriod(subscription, at);
  // Who was served all along pays from where the last period ended.
  const from = status === STATUS.billingGracePeriod ? currentTransaction(ended).expiresDate : at;
  const renewed = beginPeriod(ended, { terms, reason: "RENEWAL", at: from, timeScale });
  const hadProblem = subscription.billingProblem !== undefined;
  return changeTo({ ...renewed, renewal: afterRenewal(subscription.renewal) }, at, [
    "DID_RENEW",
    hadProblem ? "BILLING_RECOVERY" : undefined,
  ]);
}

/** What is left of an offer after one more period under it. */
function afterRenewal({ offer, ...rest }: Renewal): Renewal {
  if (offer === undefined || offer.renewalsLeft <= 1) return rest;
  return { ...rest, offer: { ...offer, renewalsLeft: offer.renewalsLeft - 1 } };
}
