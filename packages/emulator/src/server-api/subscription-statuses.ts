import { AppleApiError } from "../errors/index.ts";
import type { StorekitCall } from "../storekit-api/index.ts";
import { subscriptionGroupIdentifierOf } from "../world/group-identifier.ts";
import { type EnvironmentWorld, findEnvironment } from "../world/index.ts";
import {
  currentTransaction,
  STATUS,
  statusOf,
  type Subscription,
} from "../world/subscriptions/index.ts";
import { findCustomer } from "./find-customer.ts";
import { appFieldsOf, type ServerApiContext, settleAll } from "./server-api-context.ts";
import { signSubscription } from "../signed-subscriptions/index.ts";

/**
 * Returns Apple's StatusResponse: all of a customer's subscriptions by group, or those in one of the
 * asked statuses. Throws `INVALID_TRANSACTION_ID`, `TRANSACTION_ID_NOT_FOUND`, `INVALID_STATUS`.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-all-subscription-statuses
 */
export async function subscriptionStatuses(
  { place, segment, query }: StorekitCall,
  context: ServerApiContext,
) {
  const there = findEnvironment(context.world, place);
  const statuses = readStatuses(query);
  const customer = findCustomer(there, segment("transactionId"));
  const settled = await settleAll(customer, place, context);
  const asked = settled.filter(
    (subscription) => statuses.length === 0 || statuses.includes(statusOf(subscription)),
  );
  const groups = Map.groupBy(asked, (subscription) => groupOf(there, subscription));
  const data = [];
  for (const [subscriptionGroupIdentifier, members] of groups) {
    const lastTransactions = await Promise.all(
      members.map(async (member) => lastTransactionOf(there, member, context)),
    );
    data.push({ subscriptionGroupIdentifier, lastTransactions });
  }
  return { ...appFieldsOf(there), data };
}

async function lastTransactionOf(
  there: EnvironmentWorld,
  subscription: Subscription,
  { chain, clock }: ServerApiContext,
) {
  const { originalTransactionId } = subscription;
  return {
    originalTransactionId,
    status: statusOf(subscription),
    ...(await signSubscription(there, subscription, { chain, signedDate: clock.now() })),
  };
}

function groupOf({ app }: EnvironmentWorld, subscription: Subscription): string {
  return subscriptionGroupIdentifierOf(app.definition, currentTransaction(subscription).productId);
}

function readStatuses(query: URLSearchParams): readonly number[] {
  const known: readonly number[] = Object.values(STATUS);
  return query.getAll("status").map((text) => {
    const status = known.find((number) => String(number) === text);
    if (status === undefined) throw new AppleApiError("INVALID_STATUS");
    return status;
  });
}
