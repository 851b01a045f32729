export {
  type AppDefinition,
  type AppEnvironment,
  type AppStoreConnectMessage,
  type EnvironmentName,
  ENVIRONMENTS,
  type InitialContent,
  type OfferMode,
  type OfferTerms,
  type ProductDefinition,
  type ProductText,
  type PromotionalOfferDefinition,
  type ReviewState,
  type Subscriber,
  type SubscriptionGroupDefinition,
} from "./app-definition.ts";
export { type AppStoreConnectText, setAppStoreConnectMessage } from "./app-store-connect.ts";
export { configureDefault, deleteDefault, getDefault } from "./defaults.ts";
export { addSubscriber, type NewSubscriber } from "./add-subscriber.ts";
export { defaultApps } from "./default-apps.ts";
export { deleteImage, reviewImage, uploadImage } from "./images.ts";
export { createWorldKeeper } from "./kept-world.ts";
export {
  configureNotificationUrl,
  deleteNotificationUrl,
  getNotificationUrl,
} from "./notification-url.ts";
export { makePerson, productIdsOf } from "./make-subscribers.ts";
export { putSubscription } from "./put-subscription.ts";
export { deleteMessage, type MessageRules, reviewMessage, uploadMessage } from "./messages.ts";
export { openWorld } from "./open-world.ts";
export { configureRealtimeUrl, deleteRealtimeUrl, getRealtimeUrl } from "./realtime-url.ts";
export { scheduleReview, settleReviews } from "./scheduled-reviews.ts";
export { parseWorldFile } from "./world-file/parse-world-file.ts";
export {
  type AppWorld,
  type BulletPoint,
  type EnvironmentWorld,
  findApp,
  findEnvironment,
  findSubscriber,
  findSubscription,
  type ImageSize,
  type InAppPurchaseKey,
  type MessageContent,
  type MessageImage,
  type StoredImage,
  type StoredMessage,
  type World,
} from "./world.ts";
