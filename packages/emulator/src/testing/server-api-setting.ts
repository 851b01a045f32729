import {
  type AppStoreServerAPIClient,
  Environment,
  SignedDataVerifier,
} from "@apple/app-store-server-library";
import {
  createSignedDataVerifier,
  createTrustStore,
  verifyNotification,
  verifyRenewalInfo,
  verifyTransaction,
} from "@holdfast/appstore/signed-data";
import { expect } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { createAppleClient } from "./apple-client.ts";
import {
  NOTIFICATION_URL,
  type NotificationReceiver,
  startNotificationReceiver,
} from "./notification-receiver.ts";
import { TEST_APP } from "./test-app.ts";

/** The test app in both environments, with Apple's names of them. */
export const PLACES = [
  [{ app: "test", environment: "sandbox" }, Environment.SANDBOX],
  [{ app: "test", environment: "production" }, Environment.PRODUCTION],
] as const;

/** An emulator with the test app, whose notifications are received. */
export interface ServerApiSetting extends AsyncDisposable {
  readonly emulator: RunningEmulator;
  readonly receiver: NotificationReceiver;
  /** Apple's own client of the sandbox. */
  readonly client: AppStoreServerAPIClient;
}

/** Starts an emulator and who receives its notifications; dispose of it to stop both. */
export async function startServerApi(): Promise<ServerApiSetting> {
  const receiver = await startNotificationReceiver();
  const emulator = await startEmulator({
    port: 0,
    apps: [TEST_APP],
    resolve: [{ from: NOTIFICATION_URL, to: receiver.url }],
    notificationUrls: { test: { sandbox: NOTIFICATION_URL, production: NOTIFICATION_URL } },
  });
  return {
    emulator,
    receiver,
    client: createAppleClient(emulator, PLACES[0][0]),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

async function both<T>(apples: Promise<T>, ours: Promise<unknown>): Promise<T> {
  const [decoded, verified] = await Promise.all([apples, ours]);
  expect(verified).toEqual(decoded);
  return decoded;
}

/** Returns what verifies signed data with Apple's library and with our own, which have to agree. */
export function createBothVerifiers(rootCertificateDer: Uint8Array, environment: Environment) {
  const { bundleId, appAppleId } = TEST_APP;
  const roots = [Buffer.from(rootCertificateDer)];
  const apples = new SignedDataVerifier(roots, false, environment, bundleId, appAppleId);
  const ours = createSignedDataVerifier();
  const trust = createTrustStore([new Uint8Array(rootCertificateDer)]);
  const expected = { trust, environment, appAppleId, bundleId };
  return {
    transaction: async (jws = "") =>
      both(apples.verifyAndDecodeTransaction(jws), verifyTransaction(ours, jws, expected)),
    renewalInfo: async (jws = "") =>
      both(apples.verifyAndDecodeRenewalInfo(jws), verifyRenewalInfo(ours, jws, expected)),
    notification: async (jws = "") =>
      both(apples.verifyAndDecodeNotification(jws), verifyNotification(ours, jws, expected)),
  };
}
