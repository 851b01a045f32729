import { malformedAnswerError } from "../http/index.ts";
import { PolicyError } from "../errors/index.ts";
import type { AppStoreServerClient, ServerCallOptions } from "./app-store-server-client.ts";
import { OPERATIONS } from "./operations.ts";
import type { NotificationHistoryRequest, TransactionHistoryRequest } from "./requests.ts";
import type {
  HistoryResponse,
  NotificationHistoryResponse,
  RefundHistoryResponse,
} from "./responses.ts";

/** How many pages are asked for where nobody says: 20,000 transactions or notifications. */
const MAX_PAGES = 1000;

/** What asking for page after page takes. */
export interface PagesOptions extends ServerCallOptions {
  /** More pages are not asked for; default 1,000. */
  readonly maxPages?: number | undefined;
}

/**
 * Yields a customer's transactions page by page, as Apple sent them. To go on another time, keep the
 * last page's `revision`.
 *
 * @throws AppleApiError
 * @throws PolicyError `PAGE_LIMIT_REACHED` where Apple has more pages than `maxPages`
 */
export function transactionHistoryPages(
  client: Pick<AppStoreServerClient, "getTransactionHistory">,
  transactionId: string,
  options: PagesOptions & {
    readonly request?: TransactionHistoryRequest | undefined;
    /** Where to go on, from an earlier page. */
    readonly revision?: string | undefined;
  } = {},
): AsyncGenerator<HistoryResponse, void, void> {
  const { request, signal } = options;
  return pages(options.revision, {
    ...options,
    operation: OPERATIONS.getTransactionHistory,
    ask: (revision) => client.getTransactionHistory(transactionId, request, { revision, signal }),
    nextOf: ({ revision }) => revision,
  });
}

/**
 * Yields a customer's refunds page by page, as Apple sent them. To go on another time, keep the last
 * page's `revision`.
 *
 * @throws AppleApiError
 * @throws PolicyError `PAGE_LIMIT_REACHED` where Apple has more pages than `maxPages`
 */
export function refundHistoryPages(
  client: Pick<AppStoreServerClient, "getRefundHistory">,
  transactionId: string,
  options: PagesOptions & {
    /** Where to go on, from an earlier page. */
    readonly revision?: string | undefined;
  } = {},
): AsyncGenerator<RefundHistoryResponse, void, void> {
  const { signal } = options;
  return pages(options.revision, {
    ...options,
    operation: OPERATIONS.getRefundHistory,
    ask: (revision) => client.getRefundHistory(transactionId, { revision, signal }),
    nextOf: ({ revision }) => revision,
  });
}

/**
 * Yields the notifications Apple sent page by page, as Apple sent them.
 *
 * @throws AppleApiError
 * @throws PolicyError `PAGE_LIMIT_REACHED` where Apple has more pages than `maxPages`
 */
export function notificationHistoryPages(
  client: Pick<AppStoreServerClient, "getNotificationHistory">,
  request: NotificationHistoryRequest,
  options: PagesOptions & {
    /** Where to go on, from an earlier page. */
    readonly paginationToken?: string | undefined;
  } = {},
): AsyncGenerator<NotificationHistoryResponse, void, void> {
  const { signal } = options;
  return pages(options.paginationToken, {
    ...options,
    operation: OPERATIONS.getNotificationHistory,
    ask: (paginationToken) => client.getNotificationHistory(request, { paginationToken, signal }),
    nextOf: ({ paginationToken }) => paginationToken,
  });
}

interface Paging<Page> {
  readonly operation: string;
  readonly maxPages?: number | undefined;
  /** Asks for the page that begins at a place, or for the first. */
  readonly ask: (from: string | undefined) => Promise<Page>;
  readonly nextOf: (page: Page) => string | undefined;
}

async function* pages<Page extends { readonly hasMore?: boolean }>(
  from: string | undefined,
  { operation, ask, nextOf, maxPages = MAX_PAGES }: Paging<Page>,
): AsyncGenerator<Page, void, void> {
  let place = from;
  for (let count = 0; count < maxPages; count += 1) {
    const page = await ask(place);
    yield page;
    if (page.hasMore !== true) return;
    const next = nextOf(page);
    if (next === undefined || next === place) {
      throw malformedAnswerError(
        operation,
        "expected the next page's place; none or the same came",
      );
    }
    place = next;
  }
  throw new PolicyError(
    "PAGE_LIMIT_REACHED",
    `${operation}: expected at most ${maxPages} pages; Apple has more. Narrow the request, or raise maxPages`,
  );
}
