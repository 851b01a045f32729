import type { ChangeHub, ChangeNews } from "../changes/index.ts";
import { followReviews } from "./follow-reviews.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";

/** The topics a hub must hear for {@link watchReviews}: what `catalog/` announces of Apple's reviews. */
export const REVIEW_TOPICS: readonly string[] = ["apple-message", "apple-image"].flatMap((kind) =>
  ["rejected", "approved", "changed", "gone"].map((state) => `${kind}.${state}`),
);

/** What reviews are watched with. */
export interface WatchReviewsOptions {
  readonly means: PublishingMeans;
  readonly hub: ChangeHub;
  /** Called when what was decided could not be taken over; the job does it later. Must not throw. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * Takes over what Apple's reviewers decided as soon as it is known: a rejected message leaves the runtimes
 * within a second. Returns how to stop, which resolves when nothing is under way any more.
 */
export function watchReviews({ means, hub, onProblem }: WatchReviewsOptions): () => Promise<void> {
  let working = Promise.resolve();
  const follow = async (place: PublicationPlace): Promise<void> => {
    try {
      await followReviews(means, place);
    } catch (error) {
      onProblem(error);
    }
  };
  const stop = hub.listen((news) => {
    for (const place of reviewedPlaces(news)) working = working.then(() => follow(place));
  });
  return async () => {
    stop();
    await working;
  };
}

function reviewedPlaces({ changes }: ChangeNews): readonly PublicationPlace[] {
  const places = new Map<string, PublicationPlace>();
  for (const { topic, app, environment } of changes) {
    const isReview = REVIEW_TOPICS.includes(topic) && app !== null;
    if (!isReview || (environment !== "sandbox" && environment !== "production")) continue;
    places.set(`${app} ${environment}`, { app, environment });
  }
  return [...places.values()];
}
