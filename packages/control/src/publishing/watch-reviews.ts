import { followReviews } from "./follow-reviews.ts";
import type { PublishingMeans } from "./publishing-means.ts";
import { watchReviewedPlaces } from "./watch-reviewed-places.ts";
import type { ReviewedPlacesOptions } from "./watch-reviewed-places.ts";

/** What reviews are watched with. */
export interface WatchReviewsOptions extends Omit<ReviewedPlacesOptions, "act"> {
  readonly means: PublishingMeans;
}

/**
 * Takes over what Apple's reviewers decided as soon as it is known: a rejected message leaves the runtimes
 * within a second. What could not be taken over the job does later. Returns how to stop, which resolves
 * when nothing is under way any more.
 */
export function watchReviews({ means, ...options }: WatchReviewsOptions): () => Promise<void> {
  return watchReviewedPlaces({ ...options, act: (place) => followReviews(means, place) });
}
