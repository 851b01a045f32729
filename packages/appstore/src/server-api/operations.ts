/** Apple's titles of the operations. */
export const OPERATIONS = {
  getAllSubscriptionStatuses: "Get All Subscription Statuses",
  getTransactionHistory: "Get Transaction History",
  getTransactionInfo: "Get Transaction Info",
  getRefundHistory: "Get Refund History",
  lookUpOrderId: "Look Up Order ID",
  getNotificationHistory: "Get Notification History",
  requestTestNotification: "Request a Test Notification",
  getTestNotificationStatus: "Get Test Notification Status",
} as const;
