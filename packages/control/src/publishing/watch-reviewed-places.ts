import type { ChangeHub, ChangeNews } from "../changes/index.ts";
import type { PublicationPlace } from "./publishing-means.ts";

/** The topics a hub must hear for reviews: what `catalog/` announces of Apple's. */
export const REVIEW_TOPICS: readonly string[] = ["apple-message", "apple-image"].flatMap((kind) =>
  ["rejected", "approved", "changed", "gone"].map((state) => `${kind}.${state}`),
);

/** What is done about reviews. */
export interface ReviewedPlacesOptions {
  /** Hears {@link REVIEW_TOPICS}. */
  readonly hub: ChangeHub;
  /** Called for a place where Apple's reviewers decided something; once at a time. */
  readonly act: (place: PublicationPlace) => Promise<void>;
  /** Called with what `act` throws. Must not throw. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * Acts wherever Apple's reviewers decided something, as soon as it is known. Returns how to stop, which
 * resolves when nothing is under way any more.
 */
export function watchReviewedPlaces({
  hub,
  act,
  onProblem,
}: ReviewedPlacesOptions): () => Promise<void> {
  let working = Promise.resolve();
  const actOrTell = async (place: PublicationPlace): Promise<void> => {
    try {
      await act(place);
    } catch (error) {
      onProblem(error);
    }
  };
  const stop = hub.listen((news) => {
    for (const place of reviewedPlaces(news)) working = working.then(() => actOrTell(place));
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
