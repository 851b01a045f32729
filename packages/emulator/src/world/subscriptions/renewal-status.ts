import {
  assertPurchaserIsServed,
  type Change,
  type ChangeContext,
  changeTo,
  impossible,
} from "./change.ts";
import type { Subscription } from "./subscription.ts";

/** Turns auto-renewal off: the subscription runs until its period is over. Throws `EVENT_IMPOSSIBLE`. */
export function cancel(subscription: Subscription, context: ChangeContext): Change {
  assertPurchaserIsServed(subscription);
  if (!subscription.renewal.isOn) throw impossible("auto-renewal to be on");
  return setRenewal(subscription, context, {
    isOn: false,
    subtype: "AUTO_RENEW_DISABLED",
  });
}

/** Turns auto-renewal on again while the period still runs. Throws `EVENT_IMPOSSIBLE`. */
export function resume(subscription: Subscription, context: ChangeContext): Change {
  assertPurchaserIsServed(subscription);
  if (subscription.renewal.isOn) throw impossible("auto-renewal to be off");
  return setRenewal(subscription, context, { isOn: true, subtype: "AUTO_RENEW_ENABLED" });
}

function setRenewal(
  subscription: Subscription,
  { at }: ChangeContext,
  { isOn, subtype }: { readonly isOn: boolean; readonly subtype: string },
): Change {
  const changed = { ...subscription, renewal: { ...subscription.renewal, isOn } };
  return changeTo(changed, at, ["DID_CHANGE_RENEWAL_STATUS", subtype]);
}
