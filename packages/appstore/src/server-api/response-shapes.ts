import type { Shape } from "./check-shape.ts";
import type { OPERATIONS } from "./operations.ts";

const SEND_ATTEMPTS = [{ attemptDate: "number", sendAttemptResult: "string" }] as const;

/** The shapes of the answers, field by field as in `responses.ts`. */
export const RESPONSE_SHAPES = {
  getAllSubscriptionStatuses: {
    environment: "string",
    bundleId: "string",
    appAppleId: "number",
    data: [
      {
        subscriptionGroupIdentifier: "string",
        lastTransactions: [
          {
            status: "number",
            originalTransactionId: "string",
            signedTransactionInfo: "string",
            signedRenewalInfo: "string",
          },
        ],
      },
    ],
  },
  getTransactionHistory: {
    revision: "string",
    hasMore: "boolean",
    bundleId: "string",
    appAppleId: "number",
    environment: "string",
    signedTransactions: ["string"],
  },
  getTransactionInfo: { signedTransactionInfo: "string" },
  getRefundHistory: { revision: "string", hasMore: "boolean", signedTransactions: ["string"] },
  lookUpOrderId: { status: "number", signedTransactions: ["string"] },
  getNotificationHistory: {
    paginationToken: "string",
    hasMore: "boolean",
    notificationHistory: [{ signedPayload: "string", sendAttempts: SEND_ATTEMPTS }],
  },
  requestTestNotification: { testNotificationToken: "string" },
  getTestNotificationStatus: { signedPayload: "string", sendAttempts: SEND_ATTEMPTS },
} as const satisfies Readonly<Record<keyof typeof OPERATIONS, Shape>>;
