import { periodEnd } from "../iso-period.ts";
import { type Change, type ChangeContext, changeTo, impossible } from "./change.ts";
import { endPeriod } from "./periods.ts";
import {
  type ExpirationReason,
  isServed,
  STATUS,
  statusOf,
  type Subscription,
} from "./subscription.ts";

/** How long Apple tries to bill before it gives up. */
const BILLING_RETRY_PERIOD = "P60D";

/** How long the emulator's grace period is; developers choose 3, 16 or 28 days at Apple. */
const GRACE_PERIOD = "P16D";

/** Why a subscription ends. */
export interface ExpireOptions {
  /** Default `VOLUNTARY` with auto-renewal off, `BILLING_RETRY` after a billing problem. */
  readonly reason?: ExpirationReason;
}

/** Whether a failed renewal leaves the subscriber served for a while. */
export interface FailToRenewOptions {
  /** Default true. */
  readonly gracePeriod?: boolean;
}

/**
 * Ends the subscription, as though its period ended now. Throws `EVENT_IMPOSSIBLE` when it has ended,
 * or when nothing tells why it would end.
 */
export function expire(
  subscription: Subscription,
  { at }: ChangeContext,
  { reason = likelyReason(subscription) }: ExpireOptions = {},
): Change {
  const status = statusOf(subscription);
  if (status === STATUS.expired || status === STATUS.revoked) {
    throw impossible("a subscription that has not ended");
  }
  if (reason === undefined) throw impossible("a reason, for auto-renewal is on");
  const { billingProblem: _over, paymentFails: _unpaid, ...rest } = endPeriod(subscription, at);
  const ended = {
    ...rest,
    renewal: { ...rest.renewal, isOn: false },
    expirationReason: reason,
  };
  return changeTo(ended, at, ["EXPIRED", reason]);
}

/** Fails to bill the renewal, as though the period ended now. Throws `EVENT_IMPOSSIBLE`. */
export function failToRenew(
  subscription: Subscription,
  { at, timeScale }: ChangeContext,
  { gracePeriod = true }: FailToRenewOptions = {},
): Change {
  if (statusOf(subscription) !== STATUS.active || !subscription.renewal.isOn) {
    throw impossible("an active subscription with auto-renewal on");
  }
  const billingProblem = {
    retryEndsAt: periodEnd(at, BILLING_RETRY_PERIOD, timeScale),
    ...(gracePeriod ? { gracePeriodEndsAt: periodEnd(at, GRACE_PERIOD, timeScale) } : {}),
  };
  const { paymentFails: _failed, ...ended } = endPeriod(subscription, at);
  return changeTo({ ...ended, billingProblem }, at, [
    "DID_FAIL_TO_RENEW",
    gracePeriod ? "GRACE_PERIOD" : undefined,
  ]);
}

/**
 * Makes the next renewal fail when its time comes, as when a card has run out: Apple tells nobody before
 * it tries. Throws `EVENT_IMPOSSIBLE`.
 */
export function failPayment(
  subscription: Subscription,
  _context: ChangeContext,
  { gracePeriod = true }: FailToRenewOptions = {},
): Change {
  if (statusOf(subscription) !== STATUS.active) throw impossible("an active subscription");
  return { subscription: { ...subscription, paymentFails: { gracePeriod } }, events: [] };
}

/** Ends the grace period; Apple keeps trying to bill. Throws `EVENT_IMPOSSIBLE` when there is none. */
export function endGracePeriod(subscription: Subscription, { at }: ChangeContext): Change {
  const { billingProblem } = subscription;
  if (billingProblem?.gracePeriodEndsAt === undefined || !isServed(subscription)) {
    throw impossible("a subscription in its billing grace period");
  }
  const { retryEndsAt } = billingProblem;
  const changed = { ...subscription, billingProblem: { retryEndsAt } };
  return changeTo(changed, at, ["GRACE_PERIOD_EXPIRED"]);
}

function likelyReason({ billingProblem, renewal }: Subscription): ExpirationReason | undefined {
  if (billingProblem !== undefined) return "BILLING_RETRY";
  return renewal.isOn ? undefined : "VOLUNTARY";
}
