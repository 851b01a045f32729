import type { HeaderPosition, ImageSize, ReviewState } from "../states.ts";

/**
 * The picture of a message.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessageimage
 */
export interface UploadMessageImage {
  /** A lowercase UUID of a `FULL_SIZE` image. */
  readonly imageIdentifier: string;
  readonly altText: string;
}

/** A line of a message with a picture of its own. */
export interface BulletPoint {
  readonly text: string;
  /** A lowercase UUID of a `BULLET_POINT` image. */
  readonly imageIdentifier: string;
  readonly altText: string;
}

/**
 * The body of Upload Message.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
 */
export interface UploadMessageRequestBody {
  readonly header: string;
  readonly body: string;
  readonly image?: UploadMessageImage;
  readonly headerPosition?: HeaderPosition;
  readonly bulletPoints?: readonly BulletPoint[];
}

/** An image at Apple. Lists hold no more than this, and never pixels. */
export interface GetImageListResponseItem {
  readonly imageIdentifier: string;
  /** As Apple spells it; `normalizeReviewState` gives the spellings one name. */
  readonly imageState: ReviewState;
  readonly imageSize?: ImageSize;
}

/** A message at Apple. Lists hold no more than this, and never texts. */
export interface GetMessageListResponseItem {
  readonly messageIdentifier: string;
  /** As Apple spells it; `normalizeReviewState` gives the spellings one name. */
  readonly messageState: ReviewState;
}

/** The body of Get Image List; Apple leaves the list out where it is empty, perhaps. */
export interface GetImageListResponse {
  readonly imageIdentifiers?: readonly GetImageListResponseItem[];
}

/** The body of Get Message List; Apple leaves the list out where it is empty, perhaps. */
export interface GetMessageListResponse {
  readonly messageIdentifiers?: readonly GetMessageListResponseItem[];
}

/** The body of Get Default Message, and of Configure Default Message's request. */
export interface DefaultConfigurationResponse {
  readonly messageIdentifier: string;
}

/** The body of Get Realtime URL, and of Configure Realtime URL's request. */
export interface RealtimeUrlResponse {
  readonly realtimeURL: string;
}
