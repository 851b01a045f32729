import { AppleApiError } from "../errors/index.ts";
import type { EnvironmentWorld } from "../world/index.ts";
import type { Subscription, Transaction } from "../world/subscriptions/index.ts";

/** Identifiers of transactions are numbers of this many digits at most. */
const TRANSACTION_ID = /^\d{1,20}$/v;

/**
 * Returns all subscriptions of the customer of this app whom a transaction, an original transaction or
 * an app transaction is of. Who has the same app transaction is the same customer. Throws
 * `INVALID_TRANSACTION_ID`, `TRANSACTION_ID_NOT_FOUND`.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/anytransactionid
 */
export function findCustomer(
  { subscriptions }: EnvironmentWorld,
  anyTransactionId: string,
): readonly Subscription[] {
  assertTransactionId(anyTransactionId);
  const all = [...subscriptions.values()];
  const found = all.find(
    ({ appTransactionId, transactions }) =>
      appTransactionId === anyTransactionId ||
      transactions.some(({ transactionId }) => transactionId === anyTransactionId),
  );
  if (found === undefined) throw new AppleApiError("TRANSACTION_ID_NOT_FOUND");
  return all.filter(({ appTransactionId }) => appTransactionId === found.appTransactionId);
}

/**
 * Returns one transaction. Throws `INVALID_TRANSACTION_ID`, `TRANSACTION_ID_NOT_FOUND`, and for an app
 * transaction's identifier `APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR`.
 */
export function findTransaction(
  { subscriptions }: EnvironmentWorld,
  wanted: string,
): { readonly subscription: Subscription; readonly transaction: Transaction } {
  assertTransactionId(wanted);
  for (const subscription of subscriptions.values()) {
    if (subscription.appTransactionId === wanted) {
      throw new AppleApiError("APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR");
    }
    const transaction = subscription.transactions.find(
      ({ transactionId }) => transactionId === wanted,
    );
    if (transaction !== undefined) return { subscription, transaction };
  }
  throw new AppleApiError("TRANSACTION_ID_NOT_FOUND");
}

function assertTransactionId(text: string): void {
  if (!TRANSACTION_ID.test(text)) throw new AppleApiError("INVALID_TRANSACTION_ID");
}
