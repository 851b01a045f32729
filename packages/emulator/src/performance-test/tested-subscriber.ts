import { AppleApiError } from "../errors/index.ts";
import type { EnvironmentWorld, Subscriber } from "../world/index.ts";

/**
 * Returns whose subscription a test may use. Throws, in the order they are looked for, Apple's errors
 * for an app's transaction identifier, one that is not original, an unknown one, and one of Family
 * Sharing; which numbers these have is INFERRED.
 */
export function findTestedSubscriber(
  { subscribers }: EnvironmentWorld,
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
  return subscriber;
}
