/**
 * Apple's limits on what is uploaded and configured.
 *
 * What Apple's documents leave open: how many bullet points a message may have, how large an image
 * file may be, and whether characters are counted as code points or UTF-16 units.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */

/** Characters of a message's header; over it, error 4000162. */
export const HEADER_MAX_CHARACTERS = 66;

/** Characters of a message's body; over it, error 4000163. */
export const BODY_MAX_CHARACTERS = 144;

/** Characters of an image's alternative text; over it, error 4000175. */
export const ALT_TEXT_MAX_CHARACTERS = 150;

/** Characters of a bullet point's text; over it, error 4000219. */
export const BULLET_POINT_TEXT_MAX_CHARACTERS = 66;

/**
 * The most bullet points of a message that we let through. Apple refuses too many with error 4000218
 * and does not say how many are: UNCONFIRMED; other tools take five.
 */
export const MAX_BULLET_POINTS = 5;

/** Pixels across a `FULL_SIZE` image, exactly. */
export const FULL_SIZE_IMAGE_WIDTH_PIXELS = 3840;

/** The least pixels down a `FULL_SIZE` image. */
export const FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS = 160;

/** The most pixels down a `FULL_SIZE` image. */
export const FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS = 2160;

/** Pixels across and down a `BULLET_POINT` image, exactly. */
export const BULLET_POINT_IMAGE_SIDE_PIXELS = 1024;

/** Messages an app may have; over it, error 4030016. */
export const MAX_MESSAGES_PER_APP = 2000;

/** Images an app may have; over it, error 4030014. */
export const MAX_IMAGES_PER_APP = 2000;

/**
 * Characters of the real-time URL, which starts with `https://`; over it, error 4000215.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/realtimeurl
 */
export const REALTIME_URL_MAX_CHARACTERS = 256;

/**
 * Requests per second, app and operation, in production; Configure Default Message has more. Apple
 * names seconds and counts hours, so a short burst passes.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export const REQUESTS_PER_SECOND = 1;

/** As {@link REQUESTS_PER_SECOND}, for Configure Default Message. */
export const CONFIGURE_DEFAULT_REQUESTS_PER_SECOND = 10;

/** The share of the production rates that the sandbox allows. */
export const SANDBOX_RATE_SHARE = 0.1;
