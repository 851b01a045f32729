export type {
  AdvancedCommerceInfo,
  AlternateProduct,
  BillingPlanType,
  DecodedRealtimeRequestBody,
  Environment,
  PromotionalOffer,
  PromotionalOfferSignatureV1,
  RealtimeMessage,
  RealtimeRequestBody,
  RealtimeResponseBody,
} from "./realtime.ts";
export { REALTIME_RESPONSE_TIMEOUT_MS } from "./realtime.ts";
