import {
  AppStoreServerAPIClient,
  Environment,
  GetTransactionHistoryVersion,
  InAppOwnershipType,
  NotificationTypeV2,
  Order,
  ProductType,
  Status,
  Subtype,
} from "@apple/app-store-server-library";
import { expect, test } from "vitest";
import type { ReceivedRequest } from "../http/testing/answering-server.ts";
import { generateInAppPurchaseKey } from "../signed-data/testing/index.ts";
import type { AppStoreServerClient } from "./index.ts";
import { createTestClient } from "./testing/create-test-client.ts";

// Both clients ask one server the same, which must look the same, and read the same answers.

const ID = "99371282";
const SEND_ATTEMPTS = [{ attemptDate: 1_698_148_900_000, sendAttemptResult: "SUCCESS" }];
const HISTORY = {
  startDate: 123_455,
  endDate: 123_456,
  productIds: ["com.example.1", "com.example.2"],
  productTypes: [ProductType.CONSUMABLE, ProductType.AUTO_RENEWABLE],
  sort: Order.DESCENDING,
  subscriptionGroupIdentifiers: ["sub_group_id", "sub_group_id_2"],
  inAppOwnershipType: InAppOwnershipType.FAMILY_SHARED,
  revoked: false,
};
const NOTIFICATIONS = {
  startDate: 1_698_148_900_000,
  endDate: 1_698_148_950_000,
  notificationType: NotificationTypeV2.SUBSCRIBED,
  notificationSubtype: Subtype.INITIAL_BUY,
  transactionId: ID,
  onlyFailures: true,
};

interface Oracle {
  readonly ours: (client: AppStoreServerClient) => Promise<unknown>;
  readonly theirs: (client: AppStoreServerAPIClient) => Promise<unknown>;
  readonly answer: object;
}

const CALLS: Readonly<Record<string, Oracle>> = {
  getAllSubscriptionStatuses: {
    ours: (client) => client.getAllSubscriptionStatuses(ID, { status: [2, 1] }),
    theirs: (client) => client.getAllSubscriptionStatuses(ID, [Status.EXPIRED, Status.ACTIVE]),
    answer: {
      environment: "LocalTesting",
      bundleId: "com.example",
      appAppleId: 5454545,
      data: [
        {
          subscriptionGroupIdentifier: "sub_group_one",
          lastTransactions: [
            {
              status: 1,
              originalTransactionId: ID,
              signedTransactionInfo: "a.b.c",
              signedRenewalInfo: "d.e.f",
            },
          ],
        },
      ],
    },
  },
  getTransactionHistory: {
    ours: (client) => client.getTransactionHistory(ID, HISTORY, { revision: "revision_input" }),
    theirs: (client) =>
      client.getTransactionHistory(ID, "revision_input", HISTORY, GetTransactionHistoryVersion.V2),
    answer: {
      revision: "revision_output",
      hasMore: true,
      bundleId: "com.example",
      appAppleId: 323232,
      environment: "LocalTesting",
      signedTransactions: ["a.b.c", "d.e.f"],
    },
  },
  getTransactionInfo: {
    ours: (client) => client.getTransactionInfo(ID),
    theirs: (client) => client.getTransactionInfo(ID),
    answer: { signedTransactionInfo: "a.b.c" },
  },
  getRefundHistory: {
    ours: (client) => client.getRefundHistory(ID, { revision: "revision_input" }),
    theirs: (client) => client.getRefundHistory(ID, "revision_input"),
    answer: { revision: "revision_output", hasMore: true, signedTransactions: ["a.b.c", "d.e.f"] },
  },
  lookUpOrderId: {
    ours: (client) => client.lookUpOrderId("W002182"),
    theirs: (client) => client.lookUpOrderId("W002182"),
    answer: { status: 1, signedTransactions: ["a.b.c"] },
  },
  getNotificationHistory: {
    ours: (client) => client.getNotificationHistory(NOTIFICATIONS, { paginationToken: "a/b=" }),
    theirs: (client) => client.getNotificationHistory("a/b=", NOTIFICATIONS),
    answer: {
      paginationToken: "57715481-805a-4283-8499-1c19b5d6b20a",
      hasMore: true,
      notificationHistory: [{ signedPayload: "a.b.c", sendAttempts: SEND_ATTEMPTS }],
    },
  },
  requestTestNotification: {
    ours: (client) => client.requestTestNotification(),
    theirs: (client) => client.requestTestNotification(),
    answer: { testNotificationToken: "ce3af791-365e-4c60-841b-1674b43c1609" },
  },
  getTestNotificationStatus: {
    ours: (client) => client.getTestNotificationStatus("8cd2974c-f905"),
    theirs: (client) => client.getTestNotificationStatus("8cd2974c-f905"),
    answer: { signedPayload: "a.b.c", sendAttempts: SEND_ATTEMPTS },
  },
};

/** What of a request matters: the order of the query's names does not. */
function essence({ method, url, headers, body }: ReceivedRequest) {
  const { pathname, searchParams } = new URL(url, "http://x");
  return {
    method,
    pathname,
    query: [...searchParams].map(([name, value]) => `${name}=${value}`).toSorted(),
    contentType: headers["content-type"],
    accept: headers.accept,
    body: body.length === 0 ? undefined : (JSON.parse(body.toString()) as unknown),
  };
}

/** Both clients, asking one server that answers everything with `body`. */
async function createBoth(body: object) {
  const { client: ours, server } = await createTestClient(() => ({ body }));
  const { privateKey, keyId, issuerId } = generateInAppPurchaseKey();
  const ids = [keyId, issuerId, ours.bundleId] as const;
  const theirs = new AppStoreServerAPIClient(privateKey, ...ids, Environment.SANDBOX);
  Reflect.set(theirs, "urlBase", server.baseUrl);
  return { ours, theirs, server };
}

test.each(Object.entries(CALLS))("%s() asks and reads as Apple's library does", async (_, call) => {
  const { ours, theirs, server } = await createBoth(call.answer);
  expect(await call.ours(ours)).toEqual(await call.theirs(theirs));
  const [asked, expected] = server.requests.map(essence);
  expect(asked).toEqual(expected);
});

test.each(Object.entries(CALLS))("%s() refuses what Apple's library refuses", async (_, call) => {
  for (const [field, value] of Object.entries(call.answer)) {
    // Lists it does not always look into.
    if (Array.isArray(value)) continue;
    const { ours, theirs } = await createBoth({ ...call.answer, [field]: { wrong: true } });
    await expect(call.theirs(theirs)).rejects.toThrow("Unexpected response body format");
    await expect(call.ours(ours)).rejects.toMatchObject({ code: "APPLE_ANSWER_MALFORMED" });
  }
});
