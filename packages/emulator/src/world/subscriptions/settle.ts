import type { Change, ChangeContext, SubscriptionEvent } from "./change.ts";
import { endGracePeriod, expire, failToRenew } from "./lapse.ts";
import { renew } from "./renew.ts";
import { currentTransaction, STATUS, statusOf, type Subscription } from "./subscription.ts";

/**
 * Lets happen what time alone brings until `at`, each at its moment: renewals and ends of periods, the
 * end of a grace period, Apple giving up on billing. Returns the same subscription, and no events, when
 * nothing was due.
 */
export function settle(
  subscription: Subscription,
  { definition, at, timeScale }: ChangeContext,
): Change {
  const events: SubscriptionEvent[] = [];
  let current = subscription;
  for (;;) {
    const due = nextDue(current);
    if (due === undefined || due.at > at) return { subscription: current, events };
    const change = due.happen(current, { definition, at: due.at, timeScale });
    events.push(...change.events);
    current = change.subscription;
  }
}

/** Something that will happen without anybody's doing. */
interface Due {
  readonly at: number;
  readonly happen: (subscription: Subscription, context: ChangeContext) => Change;
}

/**
 * Returns when time alone will change `subscription` next, in milliseconds since 1970; `undefined` when it
 * never will.
 */
export function nextDueAt(subscription: Subscription): number | undefined {
  return nextDue(subscription)?.at;
}

function nextDue(subscription: Subscription): Due | undefined {
  const status = statusOf(subscription);
  const { billingProblem, renewal } = subscription;
  if (status === STATUS.active) {
    const { expiresDate } = currentTransaction(subscription);
    return { at: expiresDate, happen: renewal.isOn ? bill : expire };
  }
  if (billingProblem === undefined) return undefined;
  const { gracePeriodEndsAt, retryEndsAt } = billingProblem;
  return gracePeriodEndsAt === undefined
    ? { at: retryEndsAt, happen: expire }
    : { at: gracePeriodEndsAt, happen: endGracePeriod };
}

function bill(subscription: Subscription, context: ChangeContext): Change {
  const { paymentFails } = subscription;
  return paymentFails === undefined
    ? renew(subscription, context)
    : failToRenew(subscription, context, paymentFails);
}
