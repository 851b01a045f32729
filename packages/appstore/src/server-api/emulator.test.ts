import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { importInAppPurchaseKey } from "../signatures/index.ts";
import {
  createSignedDataVerifier,
  createTrustStore,
  verifyRenewalInfo,
  verifyTransaction,
} from "../signed-data/index.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import {
  createAppStoreServerClient,
  notificationHistoryPages,
  transactionHistoryPages,
} from "./index.ts";
import type { AppStoreServerClient } from "./index.ts";

const DAY_MS = 86_400_000;

async function startYoga(): Promise<{
  readonly emulator: RunningEmulator;
  readonly client: AppStoreServerClient;
  readonly transactionId: string;
}> {
  const emulator = await startEmulator({ port: 0 });
  onTestFinished(() => emulator.close());
  const credentials = emulator.credentials("yoga");
  const client = createAppStoreServerClient({
    environment: "sandbox",
    key: await importInAppPurchaseKey(credentials),
    bundleId: credentials.bundleId,
    baseUrl: credentials.sandboxBaseUrl,
  });
  return { emulator, client, transactionId: credentials.originalTransactionId };
}

describe("createAppStoreServerClient() against the local App Store", () => {
  test("reads a subscription's status, transaction and history, all of it signed", async () => {
    const { emulator, client, transactionId } = await startYoga();
    const verifier = createSignedDataVerifier();
    const expected = {
      bundleId: client.bundleId,
      environment: "Sandbox",
      trust: createTrustStore([Uint8Array.from(emulator.rootCertificateDer)]),
    } as const;

    const statuses = await client.getAllSubscriptionStatuses(transactionId);
    const items = statuses.data?.flatMap(({ lastTransactions = [] }) => lastTransactions) ?? [];
    const item = items.find((each) => each.originalTransactionId === transactionId);
    expect(item?.status).toBe(1);
    const renewal = await verifyRenewalInfo(verifier, item?.signedRenewalInfo ?? "", expected);
    expect(renewal.originalTransactionId).toBe(transactionId);

    const { signedTransactionInfo = "" } = await client.getTransactionInfo(transactionId);
    const transaction = await verifyTransaction(verifier, signedTransactionInfo, expected);
    expect(transaction).toMatchObject({ originalTransactionId: transactionId });

    const signed: string[] = [];
    const request = { productTypes: ["AUTO_RENEWABLE"], sort: "DESCENDING" };
    for await (const page of transactionHistoryPages(client, transactionId, { request })) {
      signed.push(...(page.signedTransactions ?? []));
    }
    expect(signed.length).toBeGreaterThan(0);
    for (const jws of signed) {
      const { bundleId } = await verifyTransaction(verifier, jws, expected);
      expect(bundleId).toBe(client.bundleId);
    }
  });

  test("filters by status", async () => {
    const { client, transactionId } = await startYoga();
    const revoked = await client.getAllSubscriptionStatuses(transactionId, { status: [5] });
    expect(revoked.data?.flatMap(({ lastTransactions = [] }) => lastTransactions) ?? []).toEqual(
      [],
    );
  });

  test("reads the history of notifications, none at first", async () => {
    const { client } = await startYoga();
    const now = Date.now();
    const pages = notificationHistoryPages(client, { startDate: now - DAY_MS, endDate: now });
    expect((await pages.next()).value).toMatchObject({ hasMore: false, notificationHistory: [] });
  });

  test("tells what the App Store refuses", async () => {
    const { client } = await startYoga();
    expect(await rejectionOf(client.getTransactionInfo("1"))).toMatchObject({
      code: "APPLE_REFUSED",
      errorName: "TransactionIdNotFoundError",
    });
    expect(await rejectionOf(client.getTestNotificationStatus("no-token"))).toMatchObject({
      errorName: "InvalidTestNotificationTokenError",
    });
    expect(await rejectionOf(client.requestTestNotification())).toMatchObject({
      errorName: "ServerNotificationUrlNotFoundError",
    });
    const backwards = { startDate: Date.now(), endDate: Date.now() - DAY_MS };
    expect(await rejectionOf(client.getNotificationHistory(backwards))).toMatchObject({
      errorName: "StartDateAfterEndDateError",
    });
  });
});
