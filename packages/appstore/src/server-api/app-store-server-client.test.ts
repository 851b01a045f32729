import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import type { AppStoreServerClient } from "./index.ts";
import { createTestClient } from "./testing/create-test-client.ts";

const CALLS: Readonly<Record<string, (client: AppStoreServerClient) => Promise<unknown>>> = {
  "Get All Subscription Statuses": (client) => client.getAllSubscriptionStatuses("1"),
  "Get Transaction History": (client) => client.getTransactionHistory("1"),
  "Get Transaction Info": (client) => client.getTransactionInfo("1"),
  "Get Refund History": (client) => client.getRefundHistory("1"),
  "Look Up Order ID": (client) => client.lookUpOrderId("MK5TTTVWJH"),
  "Get Notification History": (client) =>
    client.getNotificationHistory({ startDate: 1, endDate: 2 }),
  "Request a Test Notification": (client) => client.requestTestNotification(),
  "Get Test Notification Status": (client) => client.getTestNotificationStatus("token"),
};
const READS = Object.entries(CALLS).filter(([name]) => name !== "Request a Test Notification");

test.each(Object.entries(CALLS))(
  "%s returns what Apple sent, unknown fields included",
  async (_, call) => {
    const body = { environment: "Sandbox", newField: { deep: [1, 2.5, null] } };
    const { client } = await createTestClient(() => ({ body }));
    expect(await call(client)).toEqual(body);
  },
);

test.each([
  ["getAllSubscriptionStatuses", { data: {} }, "the body.data to be an array"],
  [
    "getAllSubscriptionStatuses",
    { data: [{ lastTransactions: [{ status: "1" }] }] },
    "the body.data[0].lastTransactions[0].status to be a number",
  ],
  ["getTransactionHistory", { hasMore: "yes" }, "the body.hasMore to be a boolean"],
  [
    "getTransactionHistory",
    { signedTransactions: ["a.b.c", 1] },
    "the body.signedTransactions[1] to be a string",
  ],
  ["getTransactionInfo", { signedTransactionInfo: null }, "signedTransactionInfo to be a string"],
  ["getTransactionInfo", [], "the body to be an object"],
  ["getTransactionInfo", "", "the body to be an object"],
] as const)("%s() refuses %j as malformed", async (name, body, expected) => {
  const { client } = await createTestClient(() => ({ body }));
  const error = await rejectionOf(client[name]("99371282"));
  expect(error.code).toBe("APPLE_ANSWER_MALFORMED");
  expect(error.message).toContain(expected);
});

describe("every read", () => {
  test.each(READS)("%s is repeated after a passing failure, also read-only", async (_, call) => {
    const { client, server } = await createTestClient(
      (_request, index) => (index === 0 ? "drop" : { body: {} }),
      { readOnly: true },
    );
    expect(await call(client)).toEqual({});
    expect(server.requests).toHaveLength(2);
  });
});

test("requestTestNotification() is not repeated where Apple may have sent one, and no read", async () => {
  const { client, server } = await createTestClient(() => "drop");
  expect(await rejectionOf(client.requestTestNotification())).toMatchObject({
    code: "APPLE_CONNECTION_LOST",
    effect: "unknown",
  });
  expect(server.requests).toHaveLength(1);

  const { client: reader } = await createTestClient(() => ({ body: {} }), { readOnly: true });
  expect((await rejectionOf(reader.requestTestNotification())).code).toBe("READ_ONLY");
});

describe("refusals", () => {
  test.each([
    [
      404,
      { errorCode: 4040010, errorMessage: "Transaction id not found." },
      "TransactionIdNotFoundError",
    ],
    [400, { errorCode: 4000017, errorMessage: "…" }, "PaginationTokenExpiredError"],
    [404, { errorCode: 9990000 }, undefined],
  ])("%i %j has its name and no transaction id", async (status, body, errorName) => {
    const { client } = await createTestClient(() => ({ status, body }));
    const error = await rejectionOf(client.getTransactionInfo("99371282"));
    expect(error).toMatchObject({ code: "APPLE_REFUSED", errorCode: body.errorCode, errorName });
    expect(JSON.stringify(error) + error.message).not.toContain("99371282");
  });

  test("that pass are repeated", async () => {
    const { client, server } = await createTestClient((_, index) =>
      index === 0 ? { status: 404, body: { errorCode: 4040006 } } : { body: {} },
    );
    expect(await client.getAllSubscriptionStatuses("1")).toEqual({});
    expect(server.requests).toHaveLength(2);
  });

  test("of the token tell which key is wanted", async () => {
    const { client } = await createTestClient(() => ({ status: 401, body: "Unauthenticated" }));
    const error = await rejectionOf(client.getTransactionInfo("1"));
    expect(error).toMatchObject({
      code: "APPLE_UNAUTHORIZED",
      advice: expect.stringContaining("In-App Purchase key") as unknown,
    });
  });
});
