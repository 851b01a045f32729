import type { ApiEnvironment } from "../http/index.ts";
import type { NotificationHistoryRequest, TransactionHistoryRequest } from "./requests.ts";
import type {
  CheckTestNotificationResponse,
  HistoryResponse,
  NotificationHistoryResponse,
  OrderLookupResponse,
  RefundHistoryResponse,
  SendTestNotificationResponse,
  StatusResponse,
  SubscriptionStatus,
  TransactionInfoResponse,
} from "./responses.ts";

/** What every call takes. */
export interface ServerCallOptions {
  /** Ends the call and its retries; then `REQUEST_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The operations of the App Store Server API that tell what was bought and how a subscription went on,
 * for one app in one environment.
 *
 * What comes back is what Apple sent, fields unknown to us included, and nothing signed in it is
 * verified. A transaction id may be any of the customer's. Every method throws `AppleApiError`; its
 * messages hold no transaction id.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi
 */
export interface AppStoreServerClient {
  readonly environment: ApiEnvironment;
  readonly bundleId: string;
  /** Like `https://api.storekit.apple.com`, without a slash at the end. */
  readonly baseUrl: string;

  /** How all subscriptions of a customer stand; with `status` only those that stand so. */
  getAllSubscriptionStatuses(
    transactionId: string,
    options?: ServerCallOptions & { readonly status?: readonly SubscriptionStatus[] | undefined },
  ): Promise<StatusResponse>;
  /** One page of a customer's transactions, version 2; `revision` is that of the page before. */
  getTransactionHistory(
    transactionId: string,
    request?: TransactionHistoryRequest,
    options?: ServerCallOptions & { readonly revision?: string | undefined },
  ): Promise<HistoryResponse>;
  getTransactionInfo(
    transactionId: string,
    options?: ServerCallOptions,
  ): Promise<TransactionInfoResponse>;
  /** One page of a customer's refunds, version 2; `revision` is that of the page before. */
  getRefundHistory(
    transactionId: string,
    options?: ServerCallOptions & { readonly revision?: string | undefined },
  ): Promise<RefundHistoryResponse>;
  /** What was bought in an order, as receipts to customers name it. Apple has it in production only. */
  lookUpOrderId(orderId: string, options?: ServerCallOptions): Promise<OrderLookupResponse>;
  /** One page of the notifications Apple sent; `paginationToken` is that of the page before. */
  getNotificationHistory(
    request: NotificationHistoryRequest,
    options?: ServerCallOptions & { readonly paginationToken?: string | undefined },
  ): Promise<NotificationHistoryResponse>;
  /** Makes Apple send a TEST notification to the configured URL; a read-only client refuses it. */
  requestTestNotification(options?: ServerCallOptions): Promise<SendTestNotificationResponse>;
  /** 4040008 until the notification was sent, and when the token is too old. */
  getTestNotificationStatus(
    testNotificationToken: string,
    options?: ServerCallOptions,
  ): Promise<CheckTestNotificationResponse>;
}
