import type {
  CheckTestNotificationResponse,
  NotificationHistoryResponse,
} from "@holdfast/appstore/server-api";
import type { WithDecoded } from "./add-decoded.ts";
import { sayInstant } from "./say-values.ts";
import type { Table } from "./transaction-rows.ts";

/** Returns a table of notifications and how sending them went. */
export function notificationTable({
  notificationHistory = [],
}: WithDecoded<NotificationHistoryResponse>): Table {
  return {
    head: [
      "Notification UUID",
      "Type",
      "Subtype",
      "Signed Date",
      "Product ID",
      "Original Transaction ID",
      "Attempts",
      "Last Attempt Result",
    ],
    fields: [
      "notificationUUID",
      "notificationType",
      "subtype",
      "signedDate",
      "productId",
      "originalTransactionId",
      "attempts",
      "lastAttemptResult",
    ],
    rows: notificationHistory.map(({ signedPayloadDecoded, sendAttempts = [] }) => {
      const transaction = signedPayloadDecoded?.data?.signedTransactionInfoDecoded;
      return [
        signedPayloadDecoded?.notificationUUID ?? "",
        signedPayloadDecoded?.notificationType ?? "",
        signedPayloadDecoded?.subtype ?? "",
        sayInstant(signedPayloadDecoded?.signedDate),
        transaction?.productId ?? "",
        transaction?.originalTransactionId ?? "",
        String(sendAttempts.length),
        sendAttempts.at(-1)?.sendAttemptResult ?? "",
      ];
    }),
  };
}

/** Returns a table of the attempts to send a test notification. */
export function testNotificationTable({
  signedPayloadDecoded,
  sendAttempts = [],
}: WithDecoded<CheckTestNotificationResponse>): Table {
  const type = signedPayloadDecoded?.notificationType ?? "";
  const attempts = sendAttempts.length === 0 ? [{}] : sendAttempts;
  return {
    head: ["Notification Type", "Attempt Date", "Result"],
    fields: ["notificationType", "attemptDate", "sendAttemptResult"],
    rows: attempts.map(({ attemptDate, sendAttemptResult = "" }) => [
      type,
      sayInstant(attemptDate),
      sendAttemptResult,
    ]),
  };
}
