export {
  createAdvancedCommerceData,
  createAdvancedCommerceInAppSignature,
} from "./advanced-commerce-in-app-signature.ts";
export type { AdvancedCommerceSignatureInput } from "./advanced-commerce-in-app-signature.ts";
export { importConnectKey } from "./connect-key.ts";
export type { ConnectKey, ConnectKeyOwner } from "./connect-key.ts";
export { CONNECT_TOKEN_MAX_SECONDS, createConnectToken } from "./connect-token.ts";
export type { ConnectToken, ConnectTokenInput } from "./connect-token.ts";
export { importInAppPurchaseKey } from "./in-app-purchase-key.ts";
export type { InAppPurchaseKey, InAppPurchaseKeySource } from "./in-app-purchase-key.ts";
export { createIntroductoryOfferEligibilitySignature } from "./introductory-offer-eligibility-signature.ts";
export type { IntroductoryOfferEligibilityInput } from "./introductory-offer-eligibility-signature.ts";
export type { OfferSignatureInput } from "./offer-claims.ts";
export { createPromotionalOfferSignatureV1 } from "./promotional-offer-signature-v1.ts";
export type { PromotionalOfferSignatureV1Input } from "./promotional-offer-signature-v1.ts";
export { createPromotionalOfferSignatureV2 } from "./promotional-offer-signature-v2.ts";
export type { PromotionalOfferSignatureV2Input } from "./promotional-offer-signature-v2.ts";
export { SignatureError } from "./signature-error.ts";
export type { SignatureErrorCode } from "./signature-error.ts";
export type { PrivateKeySource } from "./signing-key.ts";
export {
  createStoreKitToken,
  STORE_KIT_TOKEN_MAX_SECONDS,
  STORE_KIT_TOKEN_SECONDS,
} from "./store-kit-token.ts";
export type { StoreKitToken, StoreKitTokenInput } from "./store-kit-token.ts";
