export { addExposures } from "./add-exposures.ts";
export { createSubscriptionIds } from "./subscription-ids.ts";
export type { FindSubscriptionIds, SubscriptionIds } from "./subscription-ids.ts";
export type { SubscriptionNews } from "./subscription-news.ts";
export type { SubscriptionPlace } from "./subscription-place.ts";
export { updateSubscribers } from "./update-subscribers.ts";
