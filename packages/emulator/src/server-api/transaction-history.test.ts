import {
  Environment,
  GetTransactionHistoryVersion,
  Order,
  ProductType,
  APIError,
} from "@apple/app-store-server-library";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catchError } from "../testing/catch-error.ts";
import {
  createBothVerifiers,
  PLACES,
  type ServerApiSetting,
  startServerApi,
} from "../testing/server-api-setting.ts";
import { SUBSCRIBER } from "../testing/test-app.ts";

const [[SANDBOX]] = PLACES;
const RENEWED = { ...SANDBOX, originalTransactionId: SUBSCRIBER.renewed };

let api: ServerApiSetting;
beforeEach(async () => {
  api = await startServerApi();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function historyOf(request = {}, revision: string | null = null) {
  return api.client.getTransactionHistory(
    SUBSCRIBER.renewed,
    revision,
    request,
    GetTransactionHistoryVersion.V2,
  );
}

async function idsOf(request = {}) {
  const { signedTransactions = [] } = await historyOf(request);
  return decodeIds(signedTransactions);
}

async function decodeIds(signedTransactions: readonly string[]) {
  const verifiers = createBothVerifiers(api.emulator.rootCertificateDer, Environment.SANDBOX);
  return Promise.all(
    signedTransactions.map(async (jws) => (await verifiers.transaction(jws)).transactionId),
  );
}

async function renewTimes(times: number) {
  const ids: string[] = [SUBSCRIBER.renewed, SUBSCRIBER.renewal];
  for (let count = 0; count < times; count += 1) {
    const { subscription } = await api.emulator.changeSubscription(RENEWED, { type: "renew" });
    ids.push(subscription.transactions.at(-1)?.transactionId ?? "");
  }
  return ids;
}

describe("getTransactionHistory()", () => {
  test("answers 20 a page, the oldest first, and each transaction once", async () => {
    const ids = await renewTimes(43);
    const pages = [];
    let revision: string | null = null;
    let hasMore: boolean | undefined = true;
    while (hasMore === true) {
      const page = await historyOf({}, revision);
      pages.push(await decodeIds(page.signedTransactions ?? []));
      revision = page.revision ?? null;
      ({ hasMore } = page);
    }
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(new Set(pages.flat())).toEqual(new Set(ids));
  });

  test("answers what came after a revision that had it all", async () => {
    const { revision = "" } = await historyOf();
    expect((await historyOf({}, revision)).signedTransactions).toEqual([]);
    const [, , renewal = ""] = await renewTimes(1);
    const next = await historyOf({}, revision);
    // The last one was cut short by the renewal, so it comes again.
    expect(await decodeIds(next.signedTransactions ?? [])).toEqual([SUBSCRIBER.renewal, renewal]);
  });

  test("answers the newest first when asked", async () => {
    expect(await idsOf({ sort: Order.DESCENDING })).toEqual([
      SUBSCRIBER.renewal,
      SUBSCRIBER.renewed,
    ]);
  });

  test("filters by date, kind, product, ownership and refund", async () => {
    const { transactions } = await api.emulator.subscription(RENEWED);
    const [first, last] = transactions;
    const startDate = last?.purchaseDate ?? 0;
    expect(await idsOf({ startDate })).toEqual([SUBSCRIBER.renewal]);
    expect(await idsOf({ endDate: startDate })).toEqual([SUBSCRIBER.renewed]);
    expect(await idsOf({ startDate: first.purchaseDate, endDate: startDate + 1 })).toHaveLength(2);
    expect(await idsOf({ productIds: ["basic.yearly", "basic.monthly"] })).toHaveLength(2);
    expect(await idsOf({ productIds: ["basic.yearly"] })).toEqual([]);
    expect(await idsOf({ productTypes: [ProductType.CONSUMABLE] })).toEqual([]);
    expect(await idsOf({ productTypes: [ProductType.AUTO_RENEWABLE] })).toHaveLength(2);
    expect(await idsOf({ inAppOwnershipType: "FAMILY_SHARED" })).toEqual([]);
    expect(await idsOf({ revoked: true })).toEqual([]);
    await api.emulator.changeSubscription(RENEWED, { type: "refund" });
    expect(await idsOf({ revoked: true })).toEqual([SUBSCRIBER.renewal]);
    expect(await idsOf({ revoked: false })).toEqual([SUBSCRIBER.renewed]);
  });

  test("refuses another query with the same revision", async () => {
    const { revision = "" } = await historyOf();
    const error = await catchError(async () => historyOf({ sort: Order.DESCENDING }, revision));
    expect(error).toMatchObject({ apiError: APIError.INVALID_REQUEST_REVISION });
  });
});
