import { signPayload } from "../ca/index.ts";
import { AppleApiError } from "../errors/index.ts";
import type { StorekitCall, StorekitOperation } from "../storekit-api/index.ts";
import { findEnvironment } from "../world/index.ts";
import { findTransaction } from "./find-customer.ts";
import { historyItemOf, notificationHistory } from "./notification-history.ts";
import { type ServerApiContext, settleAll } from "./server-api-context.ts";
import { subscriptionStatuses } from "./subscription-statuses.ts";
import { transactionHistory } from "./transaction-history.ts";
import { transactionInfoOf } from "../signed-subscriptions/index.ts";

/**
 * Apple's limits, by the hour in production.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/identifying-rate-limits
 */
const ONE_A_SECOND = 3600;
const FIFTY_A_SECOND = 50 * ONE_A_SECOND;

/** An identifier of the test, and when it was. */
const TEST_TOKEN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}_\d{13}$/v;

/**
 * Returns the App Store Server API's operations on subscriptions and notifications.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi
 */
export function serverApiOperations(context: ServerApiContext): readonly StorekitOperation[] {
  return [
    {
      name: "getAllSubscriptionStatuses",
      method: "GET",
      path: "/inApps/v1/subscriptions/:transactionId",
      perHour: FIFTY_A_SECOND,
      run: async (call) => subscriptionStatuses(call, context),
    },
    {
      name: "getTransactionHistory",
      method: "GET",
      path: "/inApps/v2/history/:transactionId",
      perHour: FIFTY_A_SECOND,
      run: async (call) => transactionHistory(call, context),
    },
    {
      name: "getTransactionInfo",
      method: "GET",
      path: "/inApps/v1/transactions/:transactionId",
      perHour: FIFTY_A_SECOND,
      run: async (call) => transactionInfo(call, context),
    },
    {
      name: "getNotificationHistory",
      method: "POST",
      path: "/inApps/v1/notifications/history",
      perHour: FIFTY_A_SECOND,
      run: async (call) => notificationHistory(call, context),
    },
    {
      name: "requestTestNotification",
      method: "POST",
      path: "/inApps/v1/notifications/test",
      perHour: ONE_A_SECOND,
      run: async ({ place }) => ({
        testNotificationToken: await context.notifications.sendTest(place),
      }),
    },
    {
      name: "getTestNotificationStatus",
      method: "GET",
      path: "/inApps/v1/notifications/test/:testNotificationToken",
      perHour: ONE_A_SECOND,
      run: (call) => testNotificationStatus(call, context),
    },
  ];
}

async function transactionInfo({ place, segment }: StorekitCall, context: ServerApiContext) {
  const there = findEnvironment(context.world, place);
  const { subscription } = findTransaction(there, segment("transactionId"));
  await settleAll([subscription], place, context);
  // What was due may have changed the very transaction.
  const found = findTransaction(there, segment("transactionId"));
  const payload = transactionInfoOf(there, found, context.clock.now());
  return { signedTransactionInfo: await signPayload(payload, context.chain) };
}

function testNotificationStatus(
  { place, segment }: StorekitCall,
  { notifications }: ServerApiContext,
) {
  const token = segment("testNotificationToken");
  if (!TEST_TOKEN.test(token)) throw new AppleApiError("INVALID_TEST_NOTIFICATION_TOKEN");
  const notification = notifications
    .list(place)
    .find(({ testNotificationToken }) => testNotificationToken === token);
  if (notification === undefined) throw new AppleApiError("TEST_NOTIFICATION_NOT_FOUND");
  return historyItemOf(notification);
}
