import { generateInAppPurchaseKey, TEST_BUNDLE_ID } from "@holdfast/appstore/testing";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";

/** Makes an outside world with a key of `com.example.yoga`, whose Apple is at `url` in both environments. */
export function createKeyedIo(
  url: string,
  overrides: Parameters<typeof createFakeIo>[0] = {},
): Promise<FakeIo> {
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  return createFakeIo({
    ...overrides,
    env: {
      HOLDFAST_STOREKIT_SANDBOX_URL: url,
      HOLDFAST_STOREKIT_PRODUCTION_URL: url,
      HOLDFAST_STOREKIT_KEY_ID: keyId,
      HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
      HOLDFAST_STOREKIT_PRIVATE_KEY: privateKey,
      HOLDFAST_STOREKIT_BUNDLE_ID: TEST_BUNDLE_ID,
      ...overrides.env,
    },
  });
}
