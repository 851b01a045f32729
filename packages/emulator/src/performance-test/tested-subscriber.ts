import { AppleApiError } from "../errors/index.ts";
import type { EnvironmentWorld, Subscriber } from "../world/index.ts";
import { isServed } from "../world/subscriptions/subscription.ts";

/**
 * Returns whose subscription a test may use. Throws, in the order they are looked for, Apple's errors
 * for an app's transaction identifier, one that is not original, an unknown one, one of Family
 * Sharing, and one of a subscription that is not active any more; which numbers these have is INFERRED.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/performancetestrequest
 */
export function findTestedSubscriber(
  { subscribers, subscriptions }: EnvironmentWorld,
  transactionId: string,
): Subscriber {
  const subscriber = subscribers.get(transactionId);
  if (subscriber === undefined) {
    const all = [...subscribers.values()];
    if (all.some(({ appTransactionId }) => appTransactionId === transactionId)) {
      throw new AppleApiError("APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR");
    }
    if (all.some(({ laterTransactionIds }) => laterTransactionIds.includes(transactionId))) {
      throw new AppleApiError("TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR");
    }
    throw new AppleApiError("INVALID_TRANSACTION_ID");
  }
  if (subscriber.ownership === "FAMILY_SHARED") {
    throw new AppleApiError("FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR");
  }
  const subscription = subscriptions.get(transactionId);
  if (subscription !== undefined && !isServed(subscription)) {
    throw new AppleApiError("INVALID_TRANSACTION_ID", "Expected an active subscription.");
  }
  return subscriber;
}
