export { byPlace } from "./by-place.ts";
export { addExposures } from "./add-exposures.ts";
export { createSubscriptionIds } from "./subscription-ids.ts";
export type { FindSubscriptionIds, SubscriptionIds } from "./subscription-ids.ts";
export type { SubscriptionNews } from "./subscription-news.ts";
export type { SubscriptionPlace } from "./subscription-place.ts";
export { updateSubscribers } from "./update-subscribers.ts";
export { newsOf, verifySubscription } from "./verified-news.ts";
export { readSealedIds } from "./read-sealed-ids.ts";
export { expiredAttributesJob } from "./attributes/expired-attributes-job.ts";
export { eraseStored, SUBSCRIBER_TABLES } from "./erase-stored.ts";
export { transactionOwner } from "./resolve-subscriber.ts";
export { createSubscribersFeature } from "./subscribers-feature.ts";
export type { EraseSubscriptions } from "./subscribers-means.ts";
export { moveAttributes } from "./attributes/move-attributes.ts";
export { allTouched } from "./touched-states.ts";
export { readManyStored } from "./state/read-many-stored.ts";
export { deriveState } from "./state/derive-state.ts";
export { stateChangesAt } from "./state/state-changes-at.ts";
export {
  noteErasures,
  requireNotErased,
  saidByDecision,
  saidByNews,
  splitErased,
} from "./erased-before.ts";
