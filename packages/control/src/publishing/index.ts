export { reviewsJob } from "./follow-reviews.ts";
export { loadPublisher } from "./publisher-key.ts";
export type { AppPublisher, PublisherKeyMeans } from "./publisher-key.ts";
export {
  createPublishingFeature,
  deletePublicationsOfApp,
  liveEnvironments,
  liveVersion,
} from "./publishing-feature.ts";
export type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
export { scheduleJob } from "./schedule-job.ts";
export { REVIEW_TOPICS, watchReviews } from "./watch-reviews.ts";
export type { WatchReviewsOptions } from "./watch-reviews.ts";
