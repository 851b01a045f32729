export type { AppStoreServerClient, ServerCallOptions } from "./app-store-server-client.ts";
export { createAppStoreServerClient } from "./create-app-store-server-client.ts";
export { notificationHistoryPages, refundHistoryPages, transactionHistoryPages } from "./pages.ts";
export type { PagesOptions } from "./pages.ts";
export type {
  NotificationHistoryRequest,
  Order,
  ProductType,
  TransactionHistoryRequest,
} from "./requests.ts";
export type {
  CheckTestNotificationResponse,
  HistoryResponse,
  LastTransactionsItem,
  NotificationHistoryResponse,
  NotificationHistoryResponseItem,
  OrderLookupResponse,
  OrderLookupStatus,
  RefundHistoryResponse,
  SendAttemptItem,
  SendTestNotificationResponse,
  StatusResponse,
  SubscriptionGroupIdentifierItem,
  SubscriptionStatus,
  TransactionInfoResponse,
} from "./responses.ts";
