import type { Change } from "./change.ts";
import { changePlan, type ChangePlanOptions } from "./change-plan.ts";
import {
  endGracePeriod,
  expire,
  type ExpireOptions,
  failPayment,
  failToRenew,
  type FailToRenewOptions,
} from "./lapse.ts";
import {
  type RedeemContext,
  redeemOffer,
  type RedeemOfferOptions,
  resubscribe,
} from "./redeem-offer.ts";
import { renew } from "./renew.ts";
import { cancel, resume } from "./renewal-status.ts";
import { refund, type RefundOptions, revoke } from "./revoke.ts";
import type { Subscription } from "./subscription.ts";

/** Something that happens to a subscription, by a subscriber's doing or Apple's. */
export type SubscriptionAction =
  | { readonly type: "cancel" }
  | { readonly type: "resume" }
  | ({ readonly type: "redeemOffer" } & RedeemOfferOptions)
  | ({ readonly type: "changePlan" } & ChangePlanOptions)
  | { readonly type: "renew" }
  | ({ readonly type: "expire" } & ExpireOptions)
  | ({ readonly type: "failToRenew" } & FailToRenewOptions)
  | ({ readonly type: "failPayment" } & FailToRenewOptions)
  | { readonly type: "endGracePeriod" }
  | ({ readonly type: "refund" } & RefundOptions)
  | { readonly type: "revoke" }
  | { readonly type: "resubscribe"; readonly productId?: string };

/** Returns what `action` makes of a subscription. Throws `EVENT_IMPOSSIBLE`, `INPUT_INVALID`. */
export function act(
  subscription: Subscription,
  context: RedeemContext,
  action: SubscriptionAction,
): Change {
  switch (action.type) {
    case "cancel":
      return cancel(subscription, context);
    case "resume":
      return resume(subscription, context);
    case "redeemOffer":
      return redeemOffer(subscription, context, action);
    case "changePlan":
      return changePlan(subscription, context, action);
    case "renew":
      return renew(subscription, context);
    case "expire":
      return expire(subscription, context, action);
    case "failToRenew":
      return failToRenew(subscription, context, action);
    case "failPayment":
      return failPayment(subscription, context, action);
    case "endGracePeriod":
      return endGracePeriod(subscription, context);
    case "refund":
      return refund(subscription, context, action);
    case "revoke":
      return revoke(subscription, context);
    case "resubscribe":
      return resubscribe(subscription, context, action);
  }
}
