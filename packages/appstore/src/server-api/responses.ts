import type { Environment } from "../retention-messaging/index.ts";

// Apple marks no field as required, so every one may be missing. What Apple adds stays in the objects.
// What is signed is a compact JWS, not verified here: see the verifiers of `signed-data`.

/**
 * How a subscription stands: 1 active, 2 expired, 3 in billing retry, 4 in the grace period, 5 revoked;
 * open.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/status
 */
export type SubscriptionStatus = number;

/** @see https://developer.apple.com/documentation/appstoreserverapi/statusresponse */
export interface StatusResponse {
  readonly environment?: Environment;
  readonly bundleId?: string;
  /** Missing in the sandbox. */
  readonly appAppleId?: number;
  /** One for each subscription group the customer has a subscription of. */
  readonly data?: readonly SubscriptionGroupIdentifierItem[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/subscriptiongroupidentifieritem */
export interface SubscriptionGroupIdentifierItem {
  readonly subscriptionGroupIdentifier?: string;
  readonly lastTransactions?: readonly LastTransactionsItem[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/lasttransactionsitem */
export interface LastTransactionsItem {
  readonly status?: SubscriptionStatus;
  readonly originalTransactionId?: string;
  /** A compact JWS: see `verifyTransaction`. */
  readonly signedTransactionInfo?: string;
  /** A compact JWS: see `verifyRenewalInfo`. */
  readonly signedRenewalInfo?: string;
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/historyresponse */
export interface HistoryResponse {
  /** Where the next page begins; good for later, too, when there are new transactions. */
  readonly revision?: string;
  readonly hasMore?: boolean;
  readonly bundleId?: string;
  /** Missing in the sandbox. */
  readonly appAppleId?: number;
  readonly environment?: Environment;
  /** At most 20 compact JWS: see `verifyTransaction`. */
  readonly signedTransactions?: readonly string[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/transactioninforesponse */
export interface TransactionInfoResponse {
  /** A compact JWS: see `verifyTransaction`. */
  readonly signedTransactionInfo?: string;
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/refundhistoryresponse */
export interface RefundHistoryResponse {
  /** Where the next page begins; good for later, too, when there are new refunds. */
  readonly revision?: string;
  readonly hasMore?: boolean;
  /** At most 20 compact JWS: see `verifyTransaction`; the earliest refund first. */
  readonly signedTransactions?: readonly string[];
}

/**
 * Whether an order is one of this app's: 0 valid, 1 invalid; open.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/orderlookupstatus
 */
export type OrderLookupStatus = number;

/** @see https://developer.apple.com/documentation/appstoreserverapi/orderlookupresponse */
export interface OrderLookupResponse {
  readonly status?: OrderLookupStatus;
  /** Compact JWS: see `verifyTransaction`; missing where the order is invalid. */
  readonly signedTransactions?: readonly string[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/notificationhistoryresponse */
export interface NotificationHistoryResponse {
  /** Where the next page begins. */
  readonly paginationToken?: string;
  readonly hasMore?: boolean;
  /** At most 20. */
  readonly notificationHistory?: readonly NotificationHistoryResponseItem[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/notificationhistoryresponseitem */
export interface NotificationHistoryResponseItem {
  /** A compact JWS: see `verifyNotification`. */
  readonly signedPayload?: string;
  readonly sendAttempts?: readonly SendAttemptItem[];
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/sendattemptitem */
export interface SendAttemptItem {
  /** Milliseconds since 1970. */
  readonly attemptDate?: number;
  /** Like `SUCCESS` or `TIMED_OUT`; open. */
  readonly sendAttemptResult?: string;
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/sendtestnotificationresponse */
export interface SendTestNotificationResponse {
  /** By which its status is asked for. */
  readonly testNotificationToken?: string;
}

/** @see https://developer.apple.com/documentation/appstoreserverapi/checktestnotificationresponse */
export interface CheckTestNotificationResponse {
  /** A compact JWS: see `verifyNotification`. */
  readonly signedPayload?: string;
  readonly sendAttempts?: readonly SendAttemptItem[];
}

/** What each operation answers. */
export interface ResponseByOperation {
  readonly getAllSubscriptionStatuses: StatusResponse;
  readonly getTransactionHistory: HistoryResponse;
  readonly getTransactionInfo: TransactionInfoResponse;
  readonly getRefundHistory: RefundHistoryResponse;
  readonly lookUpOrderId: OrderLookupResponse;
  readonly getNotificationHistory: NotificationHistoryResponse;
  readonly requestTestNotification: SendTestNotificationResponse;
  readonly getTestNotificationStatus: CheckTestNotificationResponse;
}
