import type { AppDefinition } from "./app-definition.ts";
import { currentTransaction, type Subscription } from "./subscriptions/subscription.ts";
import { type EnvironmentWorld, findProduct } from "./world.ts";

/**
 * Makes `subscription` what is known of its subscriber: requests and rules see the product and the
 * transactions it has now.
 */
export function putSubscription(
  world: Pick<EnvironmentWorld, "subscribers" | "subscriptions">,
  subscription: Subscription,
): void {
  const { originalTransactionId, appTransactionId, transactions } = subscription;
  world.subscriptions.set(originalTransactionId, subscription);
  const subscriber = world.subscribers.get(originalTransactionId);
  if (subscriber === undefined) return;
  const [, ...later] = transactions;
  world.subscribers.set(originalTransactionId, {
    ...subscriber,
    appTransactionId,
    productId: currentTransaction(subscription).productId,
    laterTransactionIds: later.map(({ transactionId }) => transactionId),
  });
}

/** Tells whether all products of a kept subscription are still ones of the app. */
export function isOfCatalog(
  { transactions, renewal }: Subscription,
  definition: AppDefinition,
): boolean {
  return [renewal, ...transactions].every(
    ({ productId }) => findProduct(definition, productId) !== undefined,
  );
}
