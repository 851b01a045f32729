export { APPLE_ROOT_CA_G3 } from "./apple-root-ca-g3.ts";
export { parseSignedData } from "./parse-signed-data.ts";
export type { UnverifiedSignedData } from "./parse-signed-data.ts";
export { parseAppTransaction } from "./payloads/app-transaction.ts";
export type { AppTransaction } from "./payloads/app-transaction.ts";
export { addresseeOf, parseNotification } from "./payloads/notification.ts";
export type {
  ExternalPurchaseToken,
  NotificationAppData,
  NotificationData,
  NotificationSummary,
  ResponseBodyV2DecodedPayload,
} from "./payloads/notification.ts";
export { parseDecodedRealtimeRequest } from "./payloads/realtime-request.ts";
export { parseRenewalInfo } from "./payloads/renewal-info.ts";
export type {
  JWSRenewalInfoDecodedPayload,
  RenewalCommitmentInfo,
} from "./payloads/renewal-info.ts";
export { parseTransaction } from "./payloads/transaction.ts";
export type {
  InAppOwnershipType,
  JWSTransactionDecodedPayload,
  OfferDiscountType,
  OfferType,
  TransactionCommitmentInfo,
} from "./payloads/transaction.ts";
export { BadSignedData, MisusedSignedData, RefusedSignedData } from "./signed-data-error.ts";
export type {
  BadSignedDataCode,
  MisusedSignedDataCode,
  RefusedSignedDataCode,
  SignedDataErrorCode,
} from "./signed-data-error.ts";
export { createSignedDataVerifier } from "./signed-data-verifier.ts";
export type {
  ChainCacheStats,
  SignedDataVerifier,
  SignedDataVerifierOptions,
} from "./signed-data-verifier.ts";
export { appleTrustStore, createTrustStore } from "./trust-store.ts";
export type { TrustStore } from "./trust-store.ts";
export type {
  ChainHashes,
  RevocationLookup,
  RevocationStatus,
  VerificationPolicy,
} from "./verification-policy.ts";
export {
  verifyAppTransaction,
  verifyNotification,
  verifyRealtimeRequest,
  verifyRenewalInfo,
  verifyTransaction,
} from "./verify-payload.ts";
export type { Expectations, SignedData } from "./verify-payload.ts";
