export {
  checkIdentifier,
  checkLocale,
  checkMessage,
  checkProductId,
  checkRealtimeUrl,
  checkRequestId,
  checkText,
  checkTransactionId,
  parseMessageFile,
  plainUseName,
} from "./content/index.ts";
export type {
  CheckMessageOptions,
  ContentPath,
  ContentProblem,
  ContentProblemCode,
  MessageUse,
  ParsedMessageFile,
  TextProblem,
} from "./content/index.ts";
export {
  ALT_TEXT_MAX_CHARACTERS,
  BODY_MAX_CHARACTERS,
  BULLET_POINT_IMAGE_SIDE_PIXELS,
  BULLET_POINT_TEXT_MAX_CHARACTERS,
  CONFIGURE_DEFAULT_REQUESTS_PER_SECOND,
  FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_WIDTH_PIXELS,
  HEADER_MAX_CHARACTERS,
  MAX_BULLET_POINTS,
  MAX_IMAGES_PER_APP,
  MAX_MESSAGES_PER_APP,
  REALTIME_URL_MAX_CHARACTERS,
  REQUESTS_PER_SECOND,
  SANDBOX_RATE_SHARE,
} from "./limits.ts";
export { APP_STORE_LOCALES, isAppStoreLocale, suggestAppStoreLocale } from "./locales.ts";
export type { AppStoreLocale } from "./locales.ts";
export type {
  KnownSendAttemptResult,
  PerformanceTestConfig,
  PerformanceTestRequest,
  PerformanceTestResponse,
  PerformanceTestResponseTimes,
  PerformanceTestResultResponse,
  PerformanceTestStatus,
  SendAttemptResult,
} from "./performance-test.ts";
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
export { parseRealtimeResponse, RealtimeResponseError } from "./realtime-response.ts";
export { isApproved, normalizeReviewState } from "./states.ts";
export type { HeaderPosition, ImageSize, ReviewState } from "./states.ts";
