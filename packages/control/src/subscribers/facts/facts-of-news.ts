import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SubscriptionIds } from "../subscription-ids.ts";
import type { SubscriptionNews } from "../subscription-news.ts";
import { boundedMoment, boundedNumber, boundedText } from "./bounded-values.ts";
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
  const { type = AUTO_RENEWABLE } = transaction;
  if (type !== AUTO_RENEWABLE) return undefined;
  const purchaseDate = boundedMoment(transaction.purchaseDate);
  const expiresDate = boundedMoment(transaction.expiresDate);
  const productId = boundedText(transaction.productId);
  if (purchaseDate === undefined || expiresDate === undefined || productId === undefined) {
    return undefined;
  }
  const { transactionId, originalTransactionId, originalPurchaseDate } = transaction;
  const isFirst =
    transactionId === originalTransactionId || transaction.purchaseDate === originalPurchaseDate;
  return present({
    signedDate: boundedMoment(transaction.signedDate) ?? signedDate,
    purchaseDate,
    expiresDate,
    productId,
    isFirst: isFirst ? true : undefined,
    isUpgraded: transaction.isUpgraded === true ? true : undefined,
    price: boundedNumber(transaction.price),
    currency: boundedText(transaction.currency),
    storefront: boundedText(transaction.storefront),
    ownership: boundedText(transaction.inAppOwnershipType),
    billingPlanType: boundedText(transaction.billingPlanType),
    offerType: boundedNumber(transaction.offerType),
    offerIdentifier: boundedText(transaction.offerIdentifier),
    offerDiscountType: boundedText(transaction.offerDiscountType),
    revocationDate: boundedMoment(transaction.revocationDate),
    revocationType: boundedText(transaction.revocationType),
  });
}

function renewalOf(info: JWSRenewalInfoDecodedPayload, signedDate: number): KnownRenewal {
  return present({
    signedDate: boundedMoment(info.signedDate) ?? signedDate,
    autoRenewStatus: info.autoRenewStatus,
    isInBillingRetryPeriod: info.isInBillingRetryPeriod,
    gracePeriodExpiresDate: boundedMoment(info.gracePeriodExpiresDate),
    recentSubscriptionStartDate: boundedMoment(info.recentSubscriptionStartDate),
    renewalPrice: boundedNumber(info.renewalPrice),
    expirationIntent: info.expirationIntent,
  });
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
    return offerOf(productId, renewalInfo.offerIdentifier);
  }
  if (transaction?.offerType !== PROMOTIONAL) return undefined;
  return offerOf(transaction.productId, transaction.offerIdentifier);
}

function offerOf(productId?: string, offerIdentifier?: string): string | undefined {
  const [product, offer] = [boundedText(productId), boundedText(offerIdentifier)];
  return product === undefined || offer === undefined ? undefined : `${product}/${offer}`;
}

/** An object without the members that are undefined, so that equal facts are equal texts. */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  // What is left of the object is what the type says.
  return Object.fromEntries(entries) as Present<T>;
}
