import type { JWSTransactionDecodedPayload } from "@holdfast/appstore/signed-data";
import type { Rows } from "../storekit/rows.ts";
import {
  ORDER_STATUSES,
  REVOCATION_REASONS,
  sayInstant,
  sayNumber,
  sayOffer,
  sayPrice,
} from "./say-values.ts";

/** Rows with their columns, without the document for machines. */
export type Table = Omit<Rows, "json">;

type Column = readonly [
  head: string,
  field: string,
  cell: (transaction: JWSTransactionDecodedPayload) => string | undefined,
];

const ID_COLUMNS: readonly Column[] = [
  ["Transaction ID", "transactionId", ({ transactionId }) => transactionId],
  [
    "Original Transaction ID",
    "originalTransactionId",
    ({ originalTransactionId }) => originalTransactionId,
  ],
  ["Product ID", "productId", ({ productId }) => productId],
  ["Type", "type", ({ type }) => type],
  ["Purchase Date", "purchaseDate", ({ purchaseDate }) => sayInstant(purchaseDate)],
];

const PRICE_COLUMN: Column = ["Price", "price", ({ price, currency }) => sayPrice(price, currency)];

const REVOCATION_DATE_COLUMN: Column = [
  "Revocation Date",
  "revocationDate",
  ({ revocationDate }) => sayInstant(revocationDate),
];

const TRANSACTION_COLUMNS: readonly Column[] = [
  ...ID_COLUMNS,
  ["Expires Date", "expiresDate", ({ expiresDate }) => sayInstant(expiresDate)],
  ["Reason", "transactionReason", ({ transactionReason }) => transactionReason],
  PRICE_COLUMN,
  ["Offer", "offer", ({ offerType, offerIdentifier }) => sayOffer(offerType, offerIdentifier)],
  REVOCATION_DATE_COLUMN,
];

const REFUND_COLUMNS: readonly Column[] = [
  ...ID_COLUMNS,
  PRICE_COLUMN,
  REVOCATION_DATE_COLUMN,
  [
    "Revocation Reason",
    "revocationReason",
    ({ revocationReason }) => sayNumber(revocationReason, REVOCATION_REASONS),
  ],
  ["Revocation Type", "revocationType", ({ revocationType }) => revocationType],
  [
    "Revoked",
    "revocationPercentage",
    ({ revocationPercentage }) => sayThousandths(revocationPercentage),
  ],
];

/** What decoding adds to an answer with a list of transactions. */
interface DecodedTransactions {
  readonly signedTransactionsDecoded?: readonly JWSTransactionDecodedPayload[];
}

/** Returns a table of the transactions of an answer. */
export function transactionTable({ signedTransactionsDecoded = [] }: DecodedTransactions): Table {
  return tableOf(TRANSACTION_COLUMNS, signedTransactionsDecoded);
}

/** Returns a table of the refunds of an answer. */
export function refundTable({ signedTransactionsDecoded = [] }: DecodedTransactions): Table {
  return tableOf(REFUND_COLUMNS, signedTransactionsDecoded);
}

/** Returns a table of the transactions of an order, one without any where it is not valid. */
export function orderTable(decoded: DecodedTransactions & { readonly status?: number }): Table {
  const { head, fields = head, rows } = transactionTable(decoded);
  const status = sayNumber(decoded.status, ORDER_STATUSES);
  return {
    head: ["Order Status", ...head],
    fields: ["status", ...fields],
    rows: (rows.length === 0 ? [head.map(() => "")] : rows).map((row) => [status].concat(row)),
  };
}

function tableOf(
  columns: readonly Column[],
  transactions: readonly JWSTransactionDecodedPayload[],
): Table {
  return {
    head: columns.map(([head]) => head),
    fields: columns.map(([, field]) => field),
    rows: transactions.map((transaction) => columns.map(([, , cell]) => cell(transaction) ?? "")),
  };
}

/** Apple counts a percentage in thousandths, so that 100,000 is all. */
function sayThousandths(percentage: number | undefined): string {
  return percentage === undefined ? "" : `${percentage / 1000} %`;
}
