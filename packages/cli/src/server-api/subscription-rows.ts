import type { StatusResponse } from "@holdfast/appstore/server-api";
import type { WithDecoded } from "./add-decoded.ts";
import {
  AUTO_RENEW_STATUSES,
  sayInstant,
  sayNumber,
  sayOffer,
  SUBSCRIPTION_STATUSES,
} from "./say-values.ts";
import type { Table } from "./transaction-rows.ts";

/** Returns a table of how all subscriptions of a customer stand. */
export function subscriptionTable({ data = [] }: WithDecoded<StatusResponse>): Table {
  return {
    head: [
      "Subscription Group",
      "Original Transaction ID",
      "Status",
      "Product ID",
      "Expires Date",
      "Auto Renew",
      "Renews As",
      "Renewal Offer",
    ],
    fields: [
      "subscriptionGroupIdentifier",
      "originalTransactionId",
      "status",
      "productId",
      "expiresDate",
      "autoRenewStatus",
      "autoRenewProductId",
      "renewalOffer",
    ],
    rows: data.flatMap(({ subscriptionGroupIdentifier = "", lastTransactions = [] }) =>
      lastTransactions.map((item) => {
        const { originalTransactionId = "", status } = item;
        const transaction = item.signedTransactionInfoDecoded ?? {};
        const renewal = item.signedRenewalInfoDecoded ?? {};
        return [
          subscriptionGroupIdentifier,
          originalTransactionId,
          sayNumber(status, SUBSCRIPTION_STATUSES),
          transaction.productId ?? "",
          sayInstant(transaction.expiresDate),
          sayNumber(renewal.autoRenewStatus, AUTO_RENEW_STATUSES),
          renewal.autoRenewProductId ?? "",
          sayOffer(renewal.offerType, renewal.offerIdentifier),
        ];
      }),
    ),
  };
}
