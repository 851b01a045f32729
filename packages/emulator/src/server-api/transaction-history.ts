import { signPayload } from "../ca/index.ts";
import { AppleApiError } from "../errors/index.ts";
import type { StorekitCall } from "../storekit-api/index.ts";
import { subscriptionGroupIdentifierOf } from "../world/group-identifier.ts";
import { type AppDefinition, findEnvironment } from "../world/index.ts";
import type { Subscription, Transaction } from "../world/subscriptions/index.ts";
import { findCustomer } from "./find-customer.ts";
import { type HistoryQuery, readHistoryQuery } from "./history-query.ts";
import { digestQuestion, readPageToken, writePageToken } from "./page-token.ts";
import { appFieldsOf, type ServerApiContext, settleAll } from "./server-api-context.ts";
import { transactionInfoOf } from "../signed-subscriptions/index.ts";

/**
 * Most transactions in one response.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/historyresponse
 */
const PAGE_SIZE = 20;

interface Entry {
  readonly subscription: Subscription;
  readonly transaction: Transaction;
}

/**
 * Returns Apple's HistoryResponse: a page of a customer's transactions, by when they last changed. One
 * that changes between two pages comes again when the oldest come first. Throws
 * `INVALID_TRANSACTION_ID`, `TRANSACTION_ID_NOT_FOUND`, `INVALID_REQUEST_REVISION`, and what
 * `readHistoryQuery` throws.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-transaction-history
 */
export async function transactionHistory(
  { place, segment, query }: StorekitCall,
  context: ServerApiContext,
) {
  const there = findEnvironment(context.world, place);
  const { definition } = there.app;
  const asked = readHistoryQuery(query, definition);
  const customer = findCustomer(there, segment("transactionId"));
  const settled = await settleAll(customer, place, context);
  const entries = settled
    .flatMap((subscription) =>
      subscription.transactions.map((transaction) => ({ subscription, transaction })),
    )
    .filter((entry) => isAsked(entry, asked, definition))
    .toSorted(comparing(asked.sort));
  const question = digestQuestion([place, settled[0]?.appTransactionId, asked]);
  const start = startOf(entries, { token: query.get("revision"), question, sort: asked.sort });
  const page = entries.slice(start, start + PAGE_SIZE);
  const last = page.at(-1) ?? entries.at(-1);
  const signedDate = context.clock.now();
  return {
    revision: writePageToken({ after: last === undefined ? "" : positionOf(last), question }),
    hasMore: start + PAGE_SIZE < entries.length,
    ...appFieldsOf(there),
    signedTransactions: await Promise.all(
      page.map(async (entry) =>
        signPayload(transactionInfoOf(there, entry, signedDate), context.chain),
      ),
    ),
  };
}

function isAsked(
  { subscription, transaction }: Entry,
  asked: HistoryQuery,
  definition: AppDefinition,
): boolean {
  const { productId, purchaseDate, revocation } = transaction;
  const { startDate, endDate, productIds, productTypes, groupIdentifiers } = asked;
  const group = subscriptionGroupIdentifierOf(definition, productId);
  return (
    (startDate === undefined || purchaseDate >= startDate) &&
    (endDate === undefined || purchaseDate < endDate) &&
    (productIds.length === 0 || productIds.includes(productId)) &&
    (productTypes.length === 0 || productTypes.includes("AUTO_RENEWABLE")) &&
    (groupIdentifiers.length === 0 || groupIdentifiers.includes(group)) &&
    (asked.ownership === undefined || asked.ownership === subscription.ownership) &&
    (asked.revoked === undefined || asked.revoked === (revocation !== undefined))
  );
}

/** A position orders entries as the answer does: by the last change, then by identifier. */
function positionOf({ transaction }: Entry): string {
  const { modifiedAt, transactionId } = transaction;
  return `${String(modifiedAt).padStart(15, "0")}|${transactionId.padStart(20, "0")}`;
}

function comparing(sort: HistoryQuery["sort"]): (a: Entry, b: Entry) => number {
  const direction = sort === "ASCENDING" ? 1 : -1;
  return (a, b) => (positionOf(a) < positionOf(b) ? -direction : direction);
}

function startOf(
  entries: readonly Entry[],
  { token, question, sort }: { token: string | null; question: string; sort: HistoryQuery["sort"] },
): number {
  if (token === null) return 0;
  const after = readPageToken(token, question);
  if (after === undefined) throw new AppleApiError("INVALID_REQUEST_REVISION");
  const isLater = (entry: Entry) =>
    sort === "ASCENDING" ? positionOf(entry) > after : positionOf(entry) < after;
  const index = entries.findIndex(isLater);
  return index === -1 ? entries.length : index;
}
