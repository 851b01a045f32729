import { createStoreKitTransport } from "../http/index.ts";
import type { ApiRequest, ApiTransport, StoreKitClientOptions } from "../http/index.ts";
import type { AppStoreServerClient, ServerCallOptions } from "./app-store-server-client.ts";
import { checkShape } from "./check-shape.ts";
import { describeRefusal } from "./describe-refusal.ts";
import { OPERATIONS } from "./operations.ts";
import type { TransactionHistoryRequest } from "./requests.ts";
import { RESPONSE_SHAPES } from "./response-shapes.ts";
import type { ResponseByOperation } from "./responses.ts";

/**
 * Returns a client of the App Store Server API for one app in one environment: the same hosts and the
 * same key as for Retention Messaging.
 *
 * Calls that fail for a passing reason are repeated, but for a test notification that Apple may have
 * sent already. Beside `AppleApiError`, methods throw `PolicyError` `READ_ONLY` (a test notification)
 * and `UsageError` `PATH_SEGMENT_INVALID`, all before anything is sent. Calls are not paced: Apple
 * allows far more of them than of Retention Messaging's.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createAppStoreServerClient(options: StoreKitClientOptions): AppStoreServerClient {
  const transport = createStoreKitTransport(options, { describeError: describeRefusal });
  const send = createSend(transport);
  return {
    environment: options.environment,
    bundleId: options.bundleId,
    baseUrl: transport.baseUrl,
    getAllSubscriptionStatuses: (transactionId, { status = [], ...call } = {}) =>
      send("getAllSubscriptionStatuses", call, {
        path: ["v1", "subscriptions", transactionId],
        query: queryOf({ status }),
      }),
    getTransactionHistory: (transactionId, request = {}, { revision, ...call } = {}) =>
      send("getTransactionHistory", call, {
        path: ["v2", "history", transactionId],
        query: queryOf({ revision, ...filtersOf(request) }),
      }),
    getTransactionInfo: (transactionId, call) =>
      send("getTransactionInfo", call, { path: ["v1", "transactions", transactionId] }),
    getRefundHistory: (transactionId, { revision, ...call } = {}) =>
      send("getRefundHistory", call, {
        path: ["v2", "refund", "lookup", transactionId],
        query: queryOf({ revision }),
      }),
    lookUpOrderId: (orderId, call) =>
      send("lookUpOrderId", call, { path: ["v1", "lookup", orderId] }),
    getNotificationHistory: (request, { paginationToken, ...call } = {}) =>
      send("getNotificationHistory", call, {
        method: "POST",
        path: ["v1", "notifications", "history"],
        query: queryOf({ paginationToken }),
        body: { json: request },
        // A question, whatever its method.
        reads: true,
        idempotent: true,
      }),
    requestTestNotification: (call) =>
      send("requestTestNotification", call, {
        method: "POST",
        path: ["v1", "notifications", "test"],
      }),
    getTestNotificationStatus: (testNotificationToken, call) =>
      send("getTestNotificationStatus", call, {
        path: ["v1", "notifications", "test", testNotificationToken],
      }),
  };
}

type Name = keyof typeof OPERATIONS;
/** A call, its path after `/inApps`; GET unless another method is said. */
type Call = Partial<ApiRequest> & Pick<ApiRequest, "path">;
type Send = <N extends Name>(
  name: N,
  options: ServerCallOptions | undefined,
  call: Call,
) => Promise<ResponseByOperation[N]>;

function createSend(transport: ApiTransport): Send {
  return async <N extends Name>(
    name: N,
    options: ServerCallOptions | undefined,
    { path, ...call }: Call,
  ) => {
    const operation = OPERATIONS[name];
    const { body } = await transport.send({
      method: "GET",
      ...call,
      operation,
      path: ["inApps", ...path],
      signal: options?.signal,
    });
    checkShape(body, RESPONSE_SHAPES[name], operation);
    // Every known field that is there has the type the response's declares.
    return body as ResponseByOperation[N];
  };
}

function filtersOf(request: TransactionHistoryRequest): QueryValues {
  const { productIds, productTypes, subscriptionGroupIdentifiers, ...others } = request;
  return {
    ...others,
    productId: productIds,
    productType: productTypes,
    subscriptionGroupIdentifier: subscriptionGroupIdentifiers,
  };
}

type QueryValue = string | number | boolean;
type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;

/** Returns a query with a list's values one by one under one name, as Apple takes them. */
function queryOf(values: QueryValues): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const list = typeof value === "object" ? value : [value];
    for (const item of list) if (item !== undefined) query.append(name, String(item));
  }
  return query;
}
