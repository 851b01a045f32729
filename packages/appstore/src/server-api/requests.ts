import type { InAppOwnershipType } from "../signed-data/index.ts";

/**
 * Which transactions of a customer are asked for; without filters all of them. Dates are
 * milliseconds since 1970.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-transaction-history
 */
export interface TransactionHistoryRequest {
  readonly startDate?: number | undefined;
  readonly endDate?: number | undefined;
  readonly productIds?: readonly string[] | undefined;
  /** Like `AUTO_RENEWABLE`; open. */
  readonly productTypes?: readonly ProductType[] | undefined;
  /** By the date of the last change; `ASCENDING` by default. */
  readonly sort?: Order | undefined;
  readonly subscriptionGroupIdentifiers?: readonly string[] | undefined;
  readonly inAppOwnershipType?: InAppOwnershipType | undefined;
  /** Only refunded and revoked transactions, or none of them; default both. */
  readonly revoked?: boolean | undefined;
}

/** What kind of product a transaction is for; open. */
export type ProductType =
  | "AUTO_RENEWABLE"
  | "NON_RENEWABLE"
  | "CONSUMABLE"
  | "NON_CONSUMABLE"
  | (string & {});

/** The oldest or the newest first; open. */
export type Order = "ASCENDING" | "DESCENDING" | (string & {});

/**
 * Which notifications are asked for. Apple keeps 180 days of them in production and 30 in the sandbox.
 * Dates are milliseconds since 1970. Apple takes a type or a transaction, not both.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/notificationhistoryrequest
 */
export interface NotificationHistoryRequest {
  readonly startDate: number;
  readonly endDate: number;
  /** Like `DID_CHANGE_RENEWAL_STATUS`. */
  readonly notificationType?: string | undefined;
  /** Like `AUTO_RENEW_DISABLED`; needs the type it belongs to. */
  readonly notificationSubtype?: string | undefined;
  /** Any transaction of the one customer asked for. */
  readonly transactionId?: string | undefined;
  /** Only those that did not reach the server, or are still on their way; default all. */
  readonly onlyFailures?: boolean | undefined;
}
