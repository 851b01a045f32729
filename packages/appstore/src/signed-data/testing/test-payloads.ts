import type { DecodedRealtimeRequestBody } from "../../retention-messaging/index.ts";
import type { AppTransaction } from "../payloads/app-transaction.ts";
import type { ResponseBodyV2DecodedPayload } from "../payloads/notification.ts";
import type { JWSRenewalInfoDecodedPayload } from "../payloads/renewal-info.ts";
import type { JWSTransactionDecodedPayload } from "../payloads/transaction.ts";

/** When the payloads below were signed: 2026-11-21T09:00:00Z. */
export const TEST_SIGNED_DATE = Date.UTC(2026, 10, 21, 9);

/** The app the payloads below are for. */
export const TEST_BUNDLE_ID = "com.example.yoga";
/** The same app's id in the App Store. */
export const TEST_APP_APPLE_ID = 6_745_974_592;

/** A real-time request's payload; what a test cares about is passed. */
export function testRealtimeRequest(
  overrides: Partial<DecodedRealtimeRequestBody> & Readonly<Record<string, unknown>> = {},
): DecodedRealtimeRequestBody {
  return {
    originalTransactionId: "2000000123456789",
    appAppleId: TEST_APP_APPLE_ID,
    productId: "com.example.yoga.yearly",
    userLocale: "en-US",
    requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
    environment: "Sandbox",
    signedDate: TEST_SIGNED_DATE,
    ...overrides,
  };
}

/** A transaction's payload: a yearly subscription renewed. */
export function testTransaction(
  overrides: Partial<JWSTransactionDecodedPayload> & Readonly<Record<string, unknown>> = {},
): JWSTransactionDecodedPayload {
  return {
    transactionId: "2000000123456790",
    originalTransactionId: "2000000123456789",
    bundleId: TEST_BUNDLE_ID,
    productId: "com.example.yoga.yearly",
    type: "Auto-Renewable Subscription",
    inAppOwnershipType: "PURCHASED",
    purchaseDate: TEST_SIGNED_DATE - 86_400_000,
    signedDate: TEST_SIGNED_DATE,
    environment: "Sandbox",
    price: 59_990,
    currency: "EUR",
    ...overrides,
  };
}

/** Renewal info's payload: a subscription that will renew. */
export function testRenewalInfo(
  overrides: Partial<JWSRenewalInfoDecodedPayload> & Readonly<Record<string, unknown>> = {},
): JWSRenewalInfoDecodedPayload {
  return {
    originalTransactionId: "2000000123456789",
    autoRenewProductId: "com.example.yoga.yearly",
    productId: "com.example.yoga.yearly",
    autoRenewStatus: 1,
    signedDate: TEST_SIGNED_DATE,
    environment: "Sandbox",
    ...overrides,
  };
}

/** A notification's payload: renewal was turned off. */
export function testNotification(
  overrides: Partial<ResponseBodyV2DecodedPayload> & Readonly<Record<string, unknown>> = {},
): ResponseBodyV2DecodedPayload {
  return {
    notificationType: "DID_CHANGE_RENEWAL_STATUS",
    subtype: "AUTO_RENEW_DISABLED",
    notificationUUID: "002e14d5-51f5-4503-b5a8-c3a1af68eb20",
    version: "2.0",
    signedDate: TEST_SIGNED_DATE,
    data: { environment: "Sandbox", bundleId: TEST_BUNDLE_ID, bundleVersion: "1" },
    ...overrides,
  };
}

/** An app transaction's payload. */
export function testAppTransaction(
  overrides: Partial<AppTransaction> & Readonly<Record<string, unknown>> = {},
): AppTransaction {
  return {
    receiptType: "Sandbox",
    bundleId: TEST_BUNDLE_ID,
    applicationVersion: "1.2.3",
    receiptCreationDate: TEST_SIGNED_DATE,
    originalApplicationVersion: "1.0",
    ...overrides,
  };
}
