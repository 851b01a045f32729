import { APIError, GetTransactionHistoryVersion } from "@apple/app-store-server-library";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAppleClient } from "../testing/apple-client.ts";
import { catchError } from "../testing/catch-error.ts";
import { PLACES, type ServerApiSetting, startServerApi } from "../testing/server-api-setting.ts";
import { SUBSCRIBER } from "../testing/test-app.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.now();
const TODAY = { startDate: NOW - DAY_MS, endDate: NOW };

let api: ServerApiSetting;
beforeAll(async () => {
  api = await startServerApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** The library's types would keep what is wrong from being sent. */
function unchecked(value: unknown) {
  return value as never;
}

/** What the library makes of a refusal with Apple's number. */
function refusal(apiError: APIError) {
  return { apiError, httpStatusCode: Math.floor(apiError / 10_000) };
}

describe("refusals have Apple's numbers", () => {
  test.each([
    [APIError.INVALID_TRANSACTION_ID, "abc", undefined],
    [APIError.TRANSACTION_ID_NOT_FOUND, "1", undefined],
    [APIError.INVALID_STATUS, SUBSCRIBER.renewed, ["6"]],
  ])("%i for statuses of %s", async (apiError, transactionId, statuses) => {
    const asked = unchecked(statuses);
    const error = await catchError(async () =>
      api.client.getAllSubscriptionStatuses(transactionId, asked),
    );
    expect(error).toMatchObject(refusal(apiError));
  });

  test.each([
    [APIError.INVALID_TRANSACTION_ID, "-1"],
    [APIError.TRANSACTION_ID_NOT_FOUND, "1"],
    [APIError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR, SUBSCRIBER.appTransaction],
  ])("%i for the transaction %s", async (apiError, transactionId) => {
    const error = await catchError(async () => api.client.getTransactionInfo(transactionId));
    expect(error).toMatchObject(refusal(apiError));
  });

  test.each([
    [APIError.INVALID_REQUEST_REVISION, {}, "nonsense"],
    [APIError.START_DATE_AFTER_END_DATE, { startDate: 2, endDate: 2 }, null],
    [APIError.INVALID_START_DATE, { startDate: "x" }, null],
    [APIError.INVALID_END_DATE, { endDate: "x" }, null],
    [APIError.INVALID_SORT, { sort: "UP" }, null],
    [APIError.INVALID_PRODUCT_TYPE, { productTypes: ["X"] }, null],
    [APIError.INVALID_PRODUCT_ID, { productIds: ["none"] }, null],
    [APIError.INVALID_SUBSCRIPTION_GROUP_IDENTIFIER, { subscriptionGroupIdentifiers: ["1"] }, null],
    [APIError.INVALID_IN_APP_OWNERSHIP_TYPE, { inAppOwnershipType: "X" }, null],
    [APIError.INVALID_REVOKED, { revoked: "maybe" }, null],
  ])("%i for a transaction history of %j", async (apiError, request, revision) => {
    const { V2 } = GetTransactionHistoryVersion;
    const error = await catchError(async () =>
      api.client.getTransactionHistory(SUBSCRIBER.renewed, revision, unchecked(request), V2),
    );
    expect(error).toMatchObject(refusal(apiError));
  });

  test.each([
    [APIError.INVALID_START_DATE, { endDate: NOW }, null],
    [APIError.INVALID_END_DATE, { startDate: NOW }, null],
    [APIError.START_DATE_AFTER_END_DATE, { startDate: NOW, endDate: NOW }, null],
    [APIError.START_DATE_TOO_FAR_IN_PAST, { startDate: 1, endDate: NOW }, null],
    [APIError.INVALID_PAGINATION_TOKEN, TODAY, "nonsense"],
    [APIError.INVALID_NOTIFICATION_TYPE, { ...TODAY, notificationType: "X" }, null],
    [
      APIError.INVALID_NOTIFICATION_TYPE,
      { ...TODAY, notificationType: "REFUND", notificationSubtype: "UPGRADE" },
      null,
    ],
    [APIError.INVALID_NOTIFICATION_TYPE, { ...TODAY, notificationSubtype: "UPGRADE" }, null],
    [
      APIError.MULTIPLE_FILTERS_SUPPLIED,
      { ...TODAY, notificationType: "REFUND", transactionId: "1" },
      null,
    ],
    [APIError.TRANSACTION_ID_NOT_FOUND, { ...TODAY, transactionId: "1" }, null],
  ])("%i for a notification history of %j", async (apiError, request, token) => {
    const error = await catchError(async () =>
      api.client.getNotificationHistory(token, unchecked(request)),
    );
    expect(error).toMatchObject(refusal(apiError));
  });

  test.each([
    [APIError.INVALID_TEST_NOTIFICATION_TOKEN, "nonsense"],
    [APIError.TEST_NOTIFICATION_NOT_FOUND, "00000000-0000-4000-8000-000000000000_1700000000000"],
  ])("%i for the test notification %s", async (apiError, token) => {
    const error = await catchError(async () => api.client.getTestNotificationStatus(token));
    expect(error).toMatchObject(refusal(apiError));
  });

  test("401 without a body for the key of another app", async () => {
    const other = createAppleClient(api.emulator, PLACES[0][0]);
    // The library keeps the field to itself.
    Object.assign(other, { bundleId: "com.example.other" });
    const error = await catchError(async () => other.getTransactionInfo(SUBSCRIBER.renewed));
    expect(error).toMatchObject({ httpStatusCode: 401, apiError: null });
  });
});
