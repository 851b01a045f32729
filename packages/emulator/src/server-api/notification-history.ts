import { AppleApiError } from "../errors/index.ts";
import { isDelivered, type Notification } from "../notifications/index.ts";
import type { StorekitCall } from "../storekit-api/index.ts";
import { findEnvironment } from "../world/index.ts";
import { findCustomer } from "./find-customer.ts";
import { type NotificationQuery, readNotificationQuery } from "./notification-query.ts";
import { digestQuestion, readPageToken, writePageToken } from "./page-token.ts";
import type { ServerApiContext } from "./server-api-context.ts";

/**
 * Most notifications in one response.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/notificationhistoryresponse
 */
const PAGE_SIZE = 20;

/**
 * Returns Apple's NotificationHistoryResponse: a page of the notifications that were tried to be sent,
 * with every attempt. That the oldest come first, and that a token comes only when there is more, is
 * UNCONFIRMED. Throws what `readNotificationQuery` throws, `TRANSACTION_ID_NOT_FOUND` and
 * `INVALID_PAGINATION_TOKEN`.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-notification-history
 */
export async function notificationHistory(
  { place, query, readJson }: StorekitCall,
  { world, clock, notifications }: ServerApiContext,
) {
  const body = await readJson();
  const now = clock.now();
  const asked = readNotificationQuery(body, { environment: place.environment, now });
  const customer =
    asked.transactionId === undefined
      ? undefined
      : findCustomer(findEnvironment(world, place), asked.transactionId);
  const about = customer?.map(({ originalTransactionId }) => originalTransactionId);
  const question = digestQuestion([place, body]);
  const all = notifications.list(place);
  // One that a page ended with may have been delivered since, and is no failure any more: the page
  // begins after it all the same.
  const left = all
    .slice(startOf(all, query.get("paginationToken"), question))
    .filter((one) => isAsked(one, asked, about));
  const page = left.slice(0, PAGE_SIZE);
  const hasMore = left.length > PAGE_SIZE;
  const after = page.at(-1)?.notificationUUID;
  return {
    notificationHistory: page.map(historyItemOf),
    hasMore,
    ...(hasMore && after !== undefined
      ? { paginationToken: writePageToken({ after, question }) }
      : {}),
  };
}

/** Returns Apple's NotificationHistoryResponseItem, which is its CheckTestNotificationResponse too. */
export function historyItemOf({ signedPayload, attempts }: Notification) {
  return { signedPayload, sendAttempts: attempts };
}

function isAsked(
  notification: Notification,
  asked: NotificationQuery,
  about: readonly string[] | undefined,
): boolean {
  const { signedDate, notificationType, subtype, originalTransactionId = "" } = notification;
  return (
    notification.attempts.length > 0 &&
    signedDate >= asked.startDate &&
    signedDate <= asked.endDate &&
    (asked.notificationType === undefined || asked.notificationType === notificationType) &&
    (asked.notificationSubtype === undefined || asked.notificationSubtype === subtype) &&
    (about === undefined || about.includes(originalTransactionId)) &&
    !(asked.onlyFailures && isDelivered(notification))
  );
}

function startOf(all: readonly Notification[], token: string | null, question: string): number {
  if (token === null) return 0;
  const after = readPageToken(token, question);
  const index = all.findIndex(({ notificationUUID }) => notificationUUID === after);
  if (index === -1) throw new AppleApiError("INVALID_PAGINATION_TOKEN");
  return index + 1;
}
