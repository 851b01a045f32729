export {
  createTestAppStore,
  INTERMEDIATE_MARKER,
  LEAF_MARKER,
  signCompactJws,
} from "./test-app-store.ts";
export type {
  HeaderOverrides,
  TestAppStore,
  TestAppStoreOptions,
  TestChain,
} from "./test-app-store.ts";
export type { TestCertificate, TestCertificateOptions } from "./test-certificate.ts";
export { generateInAppPurchaseKey } from "./test-keys.ts";
export type { TestPrivateKey } from "./test-keys.ts";
export {
  TEST_APP_APPLE_ID,
  TEST_BUNDLE_ID,
  TEST_SIGNED_DATE,
  testAppTransaction,
  testNotification,
  testRealtimeRequest,
  testRenewalInfo,
  testTransaction,
} from "./test-payloads.ts";
