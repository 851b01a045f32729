export type {
  CertificateAuthority,
  Certificates,
  Issued,
  OddChainKind,
  SigningChain,
} from "./ca/index.ts";
export { type Clock, systemClock } from "./clock/clock.ts";
export { createEmulator } from "./emulator/create-emulator.ts";
export type { EmulatorOptions } from "./emulator/emulator-options.ts";
export type {
  Credentials,
  Emulator,
  ShownCredentials,
  SignedRequestOptions,
} from "./emulator/emulator.ts";
export type { NotificationOperations } from "./emulator/notification-operations.ts";
export type {
  AddedSubscriber,
  SubscriptionChange,
  SubscriptionListener,
  SubscriptionOperations,
  SubscriptionPlace,
  ToldEvent,
} from "./emulator/subscription-operations.ts";
export type { DefaultMessage, DefaultPlace, WorldOperations } from "./emulator/world-operations.ts";
export {
  AppleApiError,
  type AppleErrorCode,
  EmulatorError,
  type EmulatorErrorCode,
} from "./errors/index.ts";
export type { Fault, FaultInForce } from "./faults/index.ts";
export type { BrokenRule, Rule, Verdict, Warning, WarningNote } from "./judge/index.ts";
export type {
  CertificateStatus,
  ChainCertificate,
  OcspChange,
  OcspMode,
  OcspResponder,
  OcspState,
} from "./ocsp/index.ts";
export type {
  Notification,
  NotificationAttempt,
  NotificationFault,
  NotificationFaultInForce,
} from "./notifications/index.ts";
export {
  DEFAULT_PERFORMANCE_TEST_CONFIG,
  type PerformanceTestOutcome,
  type PerformanceTestResult,
  type StartedPerformanceTest,
  type StartPerformanceTestOptions,
} from "./performance-test/index.ts";
export {
  type DayRange,
  type Deciding,
  type DecisionEvent,
  type DecisionRule,
  expectedKeepRate,
  type ExpectedOutcomes,
  expectedOutcomes,
  type Later,
  type LifeEvent,
  type LookingEvent,
  type Odds,
  type PaymentFailure,
  type PopulationBehaviour,
  type PopulationEvent,
  type PopulationOptions,
  type ShownKind,
  type ShownTraits,
  traitsOf,
} from "./population/index.ts";
export {
  ANSWER_TIMEOUT_MS,
  type CancelSheetCounts,
  type CancelSheetView,
  type FallbackRules,
  type Impression,
  type OpenCancelSheetOptions,
  parseResolveRule,
  type ResolveRule,
  type SendAttemptResult,
  type Shown,
  type NothingReason,
} from "./realtime/index.ts";
export {
  type RunningEmulator,
  startEmulator,
  type StartEmulatorOptions,
} from "./server/start-emulator.ts";
export type { LoggedRequest, RateLimitOptions } from "./storekit-api/index.ts";
export type { RefusedToken, TokenRefusalReason } from "./tokens/index.ts";
export {
  type AppDefinition,
  type AppEnvironment,
  type AppStoreConnectMessage,
  type AppStoreConnectText,
  type AppWorld,
  type BulletPoint,
  defaultApps,
  type EnvironmentName,
  ENVIRONMENTS,
  type EnvironmentWorld,
  type ImageSize,
  type InAppPurchaseKey,
  type InitialContent,
  type MessageContent,
  type MessageImage,
  type NewSubscriber,
  type OfferMode,
  type OfferTerms,
  parseWorldFile,
  type ProductDefinition,
  type ProductText,
  type PromotionalOfferDefinition,
  type ReviewState,
  type StoredImage,
  type StoredMessage,
  type Subscriber,
  type SubscriptionGroupDefinition,
  type World,
} from "./world/index.ts";
export type {
  ExpirationReason,
  OfferKind,
  Subscription,
  SubscriptionAction,
  SubscriptionStatus,
  TakenOffer,
  Transaction,
} from "./world/subscriptions/index.ts";
