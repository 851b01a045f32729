/**
 * Where a message or an image is in Apple's review; open, for Apple may add states.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/imagestate
 */
export type ReviewState = "PENDING" | "APPROVED" | "REJECTED" | (string & {});

/**
 * Returns Apple's state under one name: the documents say `PENDING`, Apple's library for Node says
 * `PENDING_REVIEW`, and both mean the same. Any other state stays as it is.
 */
export function normalizeReviewState(state: string): ReviewState {
  return state === "PENDING_REVIEW" ? "PENDING" : state;
}

/** Tells whether a message or an image in this state may be shown. */
export function isApproved(state: ReviewState): boolean {
  return state === "APPROVED";
}

/** Which of the two kinds of image this is. */
export type ImageSize = "FULL_SIZE" | "BULLET_POINT" | (string & {});

/** Where a message's header is; `ABOVE_IMAGE` needs an image. */
export type HeaderPosition = "ABOVE_BODY" | "ABOVE_IMAGE" | (string & {});
