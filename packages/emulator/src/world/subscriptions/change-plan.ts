import {
  assertPurchaserIsServed,
  type Change,
  type ChangeContext,
  changeTo,
  impossible,
} from "./change.ts";
import { beginPeriod, replaceCurrent } from "./periods.ts";
import { currentTransaction, type Subscription, type TakenOffer } from "./subscription.ts";
import { productOf, termsOf } from "./terms.ts";
import type { ProductInGroup } from "../world.ts";

/** Which product to go on with. */
export interface ChangePlanOptions {
  readonly productId: string;
}

/** How a product compares to the current one. */
export type PlanChange = "SAME" | "UPGRADE" | "DOWNGRADE";

/**
 * Goes on with another product of the group: at once when it is higher, at the next renewal when it
 * is lower. Going back to the current product takes a chosen lower one back. Throws
 * `EVENT_IMPOSSIBLE`, and `INPUT_INVALID` for a product the app does not have.
 */
export function changePlan(
  subscription: Subscription,
  context: ChangeContext,
  { productId }: ChangePlanOptions,
): Change {
  assertPurchaserIsServed(subscription);
  const { at } = context;
  const kind = comparePlans(subscription, context, productId);
  if (kind === "UPGRADE") {
    const upgraded = upgrade(subscription, context, { productId });
    return changeTo(upgraded, at, ["DID_CHANGE_RENEWAL_PREF", kind]);
  }
  if (subscription.renewal.productId === productId) {
    throw impossible("another product than the one it goes on with");
  }
  // That choosing a plan turns auto-renewal on is UNCONFIRMED.
  const changed = { ...subscription, renewal: { isOn: true, productId } };
  const subtype = kind === "DOWNGRADE" ? kind : undefined;
  return changeTo(changed, at, ["DID_CHANGE_RENEWAL_PREF", subtype]);
}

/**
 * Returns what going on with a product would be. Of two products on one level, one with the same
 * period counts as higher, one with another as lower: Apple's `subtype` says so of crossgrades.
 * Throws `EVENT_IMPOSSIBLE` for a product of another group, `INPUT_INVALID` for an unknown one.
 */
export function comparePlans(
  subscription: Subscription,
  { definition }: ChangeContext,
  productId: string,
): PlanChange {
  const from = productOf(definition, currentTransaction(subscription).productId);
  const to = productOf(definition, productId);
  if (from.groupId !== to.groupId) throw impossible("a product of the same subscription group");
  if (from.productId === to.productId) return "SAME";
  return isImmediate(from, to) ? "UPGRADE" : "DOWNGRADE";
}

function isImmediate(from: ProductInGroup, to: ProductInGroup): boolean {
  return to.level < from.level || (to.level === from.level && to.period === from.period);
}

/** Returns `subscription` with a period of a higher product begun, under an offer or not. */
export function upgrade(
  subscription: Subscription,
  { definition, at, timeScale }: ChangeContext,
  { productId, offer }: { readonly productId: string; readonly offer?: TakenOffer },
): Subscription {
  const left = replaceCurrent(subscription, {
    ...currentTransaction(subscription),
    isUpgraded: true,
    modifiedAt: at,
  });
  const { storefront } = subscription;
  const terms = termsOf(definition, { productId, storefront, offer });
  const begun = beginPeriod(left, { terms, reason: "PURCHASE", at, timeScale });
  return { ...begun, renewal: { isOn: true, productId } };
}
