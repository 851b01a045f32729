import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SubscriptionIds } from "../subscription-ids.ts";
import type { SubscriptionNews } from "../subscription-news.ts";
import type { KnownRenewal, KnownTransaction, SubscriptionFacts } from "./subscription-facts.ts";

/** Apple's `type` of the only transactions that are of a subscription here. */
const AUTO_RENEWABLE = "Auto-Renewable Subscription";

/** Apple's number of the kind of offers that we sign. */
const PROMOTIONAL = 2;

type IdHashes = Pick<SubscriptionIds, "transactionHashOf" | "accountHashOf">;

/** Returns what one piece of news says. A transaction of something else than a subscription says nothing. */
export function factsOfNews(news: SubscriptionNews, ids: IdHashes): SubscriptionFacts {
  const { transaction, renewalInfo, status } = news;
  const signedDate = whole(news.signedDate);
  const redemption = redemptionOf(news);
  const transactions = transactionsOf(news, ids);
  const token = transaction?.appAccountToken ?? renewalInfo?.appAccountToken;
  return {
    transactions,
    ...(renewalInfo === undefined ? {} : { renewal: renewalOf(renewalInfo, signedDate) }),
    ...(status === undefined ? {} : { status: { value: status, signedDate } }),
    ...(token === undefined ? {} : { account: { hash: ids.accountHashOf(token), signedDate } }),
    ...(saysEnded(news) ? { ended: Object.keys(transactions) } : {}),
    redemptions: redemption === undefined ? {} : { [redemption]: [signedDate] },
    ...(news.isWholeHistory === true ? { wholeAt: signedDate } : {}),
  };
}

/** Apple's status of a subscription that has expired. */
const EXPIRED = 2;

/** Whether the transaction is the last before an end: a refund, say, comes with any, whatever the status is. */
function saysEnded({ source, status, notification }: SubscriptionNews): boolean {
  return (
    notification?.notificationType === "EXPIRED" || (source === "status" && status === EXPIRED)
  );
}

/** Xcode's dates have fractions; ours are whole milliseconds. */
function whole(date: number): number {
  return Math.floor(date);
}

function transactionsOf(
  { transaction, signedDate }: SubscriptionNews,
  ids: IdHashes,
): SubscriptionFacts["transactions"] {
  if (transaction?.transactionId === undefined) return {};
  const known = transactionOf(transaction, signedDate);
  return known === undefined ? {} : { [ids.transactionHashOf(transaction.transactionId)]: known };
}

/** Without its two dates a transaction is no period of a subscription. */
function transactionOf(
  transaction: JWSTransactionDecodedPayload,
  signedDate: number,
): KnownTransaction | undefined {
  const { purchaseDate, expiresDate, productId, type = AUTO_RENEWABLE } = transaction;
  if (type !== AUTO_RENEWABLE) return undefined;
  if (purchaseDate === undefined || expiresDate === undefined || productId === undefined) {
    return undefined;
  }
  const { transactionId, originalTransactionId, originalPurchaseDate } = transaction;
  const isFirst = transactionId === originalTransactionId || purchaseDate === originalPurchaseDate;
  return present({
    signedDate: whole(transaction.signedDate ?? signedDate),
    purchaseDate: whole(purchaseDate),
    expiresDate: whole(expiresDate),
    productId,
    isFirst: isFirst ? true : undefined,
    isUpgraded: transaction.isUpgraded === true ? true : undefined,
    price: transaction.price,
    currency: transaction.currency,
    storefront: transaction.storefront,
    ownership: transaction.inAppOwnershipType,
    billingPlanType: transaction.billingPlanType,
    offerType: transaction.offerType,
    offerIdentifier: transaction.offerIdentifier,
    offerDiscountType: transaction.offerDiscountType,
    revocationDate: dateOf(transaction.revocationDate),
    revocationType: transaction.revocationType,
  });
}

function renewalOf(info: JWSRenewalInfoDecodedPayload, signedDate: number): KnownRenewal {
  return present({
    signedDate: whole(info.signedDate ?? signedDate),
    autoRenewStatus: info.autoRenewStatus,
    isInBillingRetryPeriod: info.isInBillingRetryPeriod,
    gracePeriodExpiresDate: dateOf(info.gracePeriodExpiresDate),
    recentSubscriptionStartDate: dateOf(info.recentSubscriptionStartDate),
    renewalPrice: info.renewalPrice,
    expirationIntent: info.expirationIntent,
  });
}

function dateOf(date: number | undefined): number | undefined {
  return date === undefined ? undefined : whole(date);
}

/**
 * Which promotional offer a notification says was redeemed: one that began at once is in the transaction,
 * one that begins with the next renewal in the renewal info.
 */
function redemptionOf({
  notification,
  transaction,
  renewalInfo,
}: SubscriptionNews): string | undefined {
  if (notification?.notificationType !== "OFFER_REDEEMED") return undefined;
  if (renewalInfo?.offerType === PROMOTIONAL && renewalInfo.offerIdentifier !== undefined) {
    const productId = renewalInfo.autoRenewProductId ?? renewalInfo.productId;
    return productId === undefined ? undefined : `${productId}/${renewalInfo.offerIdentifier}`;
  }
  if (transaction?.offerType !== PROMOTIONAL || transaction.offerIdentifier === undefined) {
    return undefined;
  }
  const { productId, offerIdentifier } = transaction;
  return productId === undefined ? undefined : `${productId}/${offerIdentifier}`;
}

/** An object without the members that are undefined, so that equal facts are equal texts. */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  // What is left of the object is what the type says.
  return Object.fromEntries(entries) as Present<T>;
}
