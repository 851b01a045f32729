import type { DecodedRealtimeRequestBody } from "../../retention-messaging/index.ts";

/** When the payloads below were signed: 2026-11-21T09:00:00Z. */
export const TEST_SIGNED_DATE = Date.UTC(2026, 10, 21, 9);

/** A real-time request's payload; what a test cares about is passed. */
export function testRealtimeRequest(
  overrides: Partial<DecodedRealtimeRequestBody> & Readonly<Record<string, unknown>> = {},
): DecodedRealtimeRequestBody {
  return {
    originalTransactionId: "2000000123456789",
    appAppleId: 6_745_974_592,
    productId: "com.example.yoga.yearly",
    userLocale: "en-US",
    requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
    environment: "Sandbox",
    signedDate: TEST_SIGNED_DATE,
    ...overrides,
  };
}
