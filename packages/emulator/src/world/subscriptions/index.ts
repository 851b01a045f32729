export type { SubscriptionEvent } from "./change.ts";
export type { Change } from "./change.ts";
export { deriveSubscription } from "./derive-subscription.ts";
export { type KeptSubscriptions, openKeptSubscriptions } from "./kept-subscriptions.ts";
export { nextDueAt, settle } from "./settle.ts";
export { act, type SubscriptionAction } from "./subscription-action.ts";
export {
  currentTransaction,
  EXPIRATION_INTENT,
  type ExpirationReason,
  hasCancelButton,
  OFFER_TYPE,
  type OfferKind,
  type Revocation,
  STATUS,
  statusOf,
  type Subscription,
  type SubscriptionStatus,
  type TakenOffer,
  type Transaction,
} from "./subscription.ts";
export { renewalTerms } from "./terms.ts";
