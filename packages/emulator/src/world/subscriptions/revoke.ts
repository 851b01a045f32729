import { emulatorError } from "../../errors/index.ts";
import {
  assertPurchaser,
  type Change,
  type ChangeContext,
  changeTo,
  impossible,
} from "./change.ts";
import { replaceCurrent } from "./periods.ts";
import { currentTransaction, type Revocation, type Subscription } from "./subscription.ts";

/** How much is given back, and why. */
export interface RefundOptions {
  /** From 1 to 100; default 100. */
  readonly percent?: number;
  /** Apple's number: 1 for a problem with the app, 0 (default) for anything else. */
  readonly reason?: Revocation["reason"];
}

/**
 * Refunds the current transaction, which ends the subscription. Whether Apple tells of auto-renewal
 * too then, when it did not go off through the app's own refund request, is UNCONFIRMED: here it does
 * not. Throws `EVENT_IMPOSSIBLE` when it is refunded, `INPUT_INVALID` for an impossible percentage.
 */
export function refund(
  subscription: Subscription,
  { at }: ChangeContext,
  { percent = 100, reason = 0 }: RefundOptions = {},
): Change {
  assertPurchaser(subscription);
  if (!(percent >= 1 && percent <= 100)) {
    throw emulatorError("INPUT_INVALID", "expected percent from 1 to 100");
  }
  const type = percent === 100 ? "REFUND_FULL" : "REFUND_PRORATED";
  return takeBack(subscription, { date: at, type, reason, percent }, "REFUND");
}

/** Ends one family member's share in the subscription. Throws `EVENT_IMPOSSIBLE` for any other. */
export function revoke(subscription: Subscription, { at }: ChangeContext): Change {
  if (subscription.ownership !== "FAMILY_SHARED") throw impossible("one of the family");
  const revocation = { date: at, type: "FAMILY_REVOKE", reason: 0, percent: 100 } as const;
  return takeBack(subscription, revocation, "REVOKE");
}

function takeBack(
  subscription: Subscription,
  revocation: Revocation,
  notificationType: string,
): Change {
  const current = currentTransaction(subscription);
  if (current.revocation !== undefined) throw impossible("a transaction nobody took back yet");
  const { date } = revocation;
  const { billingProblem: _over, ...rest } = replaceCurrent(subscription, {
    ...current,
    revocation,
    modifiedAt: date,
  });
  const revoked = { ...rest, renewal: { ...rest.renewal, isOn: false } };
  return changeTo(revoked, date, [notificationType]);
}
