export { reviewsJob } from "./follow-reviews.ts";
export { isMessageUsed, liveReferences, signsOffers } from "./live-snapshots.ts";
export { loadPublisher } from "./publisher-key.ts";
export type { AppPublisher, PublisherKeyMeans } from "./publisher-key.ts";
export {
  createPublishingFeature,
  deletePublicationsOfApp,
  liveEnvironments,
  liveVersion,
} from "./publishing-feature.ts";
export { readLivePublication, readSnapshotText } from "./publications.ts";
export type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
export { scheduleJob } from "./schedule-job.ts";
export { failDueSchedules } from "./schedules.ts";
export { REVIEW_TOPICS, watchReviewedPlaces } from "./watch-reviewed-places.ts";
export type { ReviewedPlacesOptions } from "./watch-reviewed-places.ts";
export { watchReviews } from "./watch-reviews.ts";
export type { WatchReviewsOptions } from "./watch-reviews.ts";
