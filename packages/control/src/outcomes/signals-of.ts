import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { OLD_TRANSACTION_MS } from "./outcome-times.ts";
import type { Signal } from "./signal.ts";

/** expirationIntent of a subscription that ended because the subscriber wanted so. */
const CUSTOMER_CANCELLED = 1;

/** Apple's numbers of statuses in which a subscription is over. */
const ENDED_STATUSES: Readonly<Record<number, string>> = { 2: "STATUS", 5: "REVOKED" };

/** offerType of promotional offers. */
export const PROMOTIONAL = 2;

/** offerType of App Store Connect's retention offers; in no library of Apple's yet. */
export const RETENTION = 5;

/** One hundred per cent, as revocationPercentage has it: thousandths of a per cent (INFERRED from "milliunits"). */
const WHOLE_PERCENTAGE = 100_000;

/**
 * Returns what news say about what the subscriber did. All times are Apple's: purchaseDate where something
 * was paid, and when Apple signed for everything that has no date of its own.
 *
 * Notifications are read by Apple's names for them. Renewal info says how a subscription is, whatever it
 * came with, so that statuses count as notifications do.
 */
export function signalsOf(news: SubscriptionNews): readonly Signal[] {
  return [...toldBy(news), ...observedIn(news), ...paidIn(news)].filter(
    ({ at }) => Number.isSafeInteger(at) && at >= 0,
  );
}

function toldBy(news: SubscriptionNews): readonly Signal[] {
  const { notification, status, renewalInfo, transaction } = news;
  const at = Math.trunc(news.signedDate);
  const ended = status === undefined ? undefined : ENDED_STATUSES[status];
  if (notification === undefined) {
    return ended === undefined ? [] : [{ kind: "expired", at, reason: ended }];
  }
  const { notificationType, subtype } = notification;
  switch (notificationType) {
    case "DID_CHANGE_RENEWAL_STATUS":
      if (subtype === "AUTO_RENEW_DISABLED") return [{ kind: "renewalOff", at }];
      return subtype === "AUTO_RENEW_ENABLED" ? [{ kind: "renewalOn", at }] : [];
    case "DID_CHANGE_RENEWAL_PREF": {
      const nextProduct = subtype === "UPGRADE" ? transaction?.productId : nextOf(renewalInfo);
      return [{ kind: planOf(subtype), at, ...present({ nextProduct }) }];
    }
    case "OFFER_REDEEMED":
      return offerTaken(news, at);
    case "EXPIRED":
      return [{ kind: "expired", at, ...present({ reason: subtype }) }];
    case "REVOKE":
      return [{ kind: "expired", at, reason: "REVOKED" }];
    case "REFUND":
    case "REFUND_REVERSED":
      return refund(transaction, notificationType === "REFUND" ? "refunded" : "refundReversed", at);
    default:
      return [];
  }
}

function planOf(subtype: string | undefined): "upgraded" | "downgraded" | "planKept" {
  if (subtype === "UPGRADE") return "upgraded";
  return subtype === "DOWNGRADE" ? "downgraded" : "planKept";
}

/** An upgrade's offer is that of its transaction; any other begins with the next period. */
function offerTaken({ notification, renewalInfo, transaction }: SubscriptionNews, at: number) {
  const sources = [renewalInfo, transaction];
  if (notification?.subtype === "UPGRADE") sources.reverse();
  const source = sources.find((each) => each?.offerType !== undefined);
  const offer = present({ offer: source?.offerIdentifier });
  if (source?.offerType === PROMOTIONAL) return [{ kind: "redeemed", at, ...offer } as const];
  // Whether OFFER_REDEEMED is sent for those is UNCONFIRMED; they are seen in renewal info as well.
  if (source?.offerType === RETENTION) return [{ kind: "retentionOffer", at, ...offer } as const];
  return [];
}

function refund(
  transaction: JWSTransactionDecodedPayload | undefined,
  kind: "refunded" | "refundReversed",
  at: number,
): readonly Signal[] {
  if (transaction?.purchaseDate === undefined) return [];
  const transactionAt = Math.trunc(transaction.purchaseDate);
  const { revocationType, revocationPercentage } = transaction;
  const share =
    revocationType === "REFUND_PRORATED" && revocationPercentage !== undefined
      ? Math.min(1, Math.max(0, revocationPercentage / WHOLE_PERCENTAGE))
      : undefined;
  return [{ kind, at, transactionAt, ...present({ share }) }];
}

/**
 * A notification is taken to be of the moment it was signed, as what it tells; anything else of when its
 * renewal info was signed.
 */
function observedIn({ renewalInfo, signedDate, notification }: SubscriptionNews) {
  if (renewalInfo === undefined) return [];
  const { autoRenewStatus, offerType, offerIdentifier } = renewalInfo;
  const at = notification === undefined ? (renewalInfo.signedDate ?? signedDate) : signedDate;
  const isOn = autoRenewStatus === 1;
  const isTold = autoRenewStatus !== undefined && (isOn || isOffBySubscriber(renewalInfo));
  const signal: Signal = {
    kind: "observed",
    at: Math.trunc(at),
    ...present({
      isRenewalOn: isTold ? isOn : undefined,
      nextProduct: nextOf(renewalInfo),
      offerType,
      offer: offerIdentifier,
    }),
  };
  return [signal];
}

/** Apple turns renewal off by itself when it has given up to bill, or may not renew; not while it still tries. */
function isOffBySubscriber({
  expirationIntent,
  isInBillingRetryPeriod,
}: JWSRenewalInfoDecodedPayload): boolean {
  if (isInBillingRetryPeriod === true) return true;
  return expirationIntent === undefined || expirationIntent === CUSTOMER_CANCELLED;
}

function nextOf(renewalInfo: JWSRenewalInfoDecodedPayload | undefined): string | undefined {
  return renewalInfo?.autoRenewProductId ?? renewalInfo?.productId;
}

function paidIn({ transaction, signedDate }: SubscriptionNews): readonly Signal[] {
  if (transaction?.purchaseDate === undefined) return [];
  const { type, purchaseDate, expiresDate, transactionReason, price, currency } = transaction;
  if (type !== undefined && type !== "Auto-Renewable Subscription") return [];
  if ((expiresDate ?? signedDate) < signedDate - OLD_TRANSACTION_MS) return [];
  const isPriced = price !== undefined && Number.isSafeInteger(price) && price >= 0;
  const signal: Signal = {
    kind: "transaction",
    at: Math.trunc(purchaseDate),
    ...present({
      endsAt: expiresDate === undefined ? undefined : Math.trunc(expiresDate),
      product: transaction.productId,
      offerType: transaction.offerType,
      offer: transaction.offerIdentifier,
      price: isPriced && currency !== undefined ? price : undefined,
      currency: isPriced ? currency : undefined,
      isRenewal: transactionReason === undefined ? undefined : transactionReason === "RENEWAL",
    }),
  };
  return [signal];
}

/** What is present of some members. */
type Present<Members> = { readonly [K in keyof Members]?: Exclude<Members[K], undefined> };

function present<Members extends object>(members: Members): Present<Members> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Only members without a value are left out.
  return Object.fromEntries(entries) as Present<Members>;
}
