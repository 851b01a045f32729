/** What is known of one of Apple's numbers. */
export interface AppleErrorEntry {
  /** Its first three digits are the HTTP status. */
  readonly errorCode: number;
  readonly status: number;
  /** As in `APIError` of Apple's libraries. */
  readonly constant: string;
  /** The name of the object in Apple's documentation. */
  readonly name: string;
  /** What to do about it, in our words. */
  readonly advice: string;
  /** Whether the same call can succeed later without any change. */
  readonly retryable: boolean;
}

const AGAIN_LATER = "Try again later.";
const WRONG_APP = "Check the bundle ID, and that the app is in this environment.";
const WRONG_TRANSACTION =
  "Give the original transaction ID of an auto-renewable subscription of this app in the sandbox.";

/**
 * The errors of the Retention Messaging API, and the general ones of its host that may come as well,
 * by number.
 *
 * `BadRequestInvalidTextFieldError` is missing: its number is UNCONFIRMED. So are the documented names
 * of 4000006, 4000023, 4000048, 4000185 and 4000187, INFERRED from their meaning. Apple's words in
 * `errorMessage` are not known for most, and nothing depends on them.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/error-codes
 */
export const APPLE_ERROR_CATALOGUE: ReadonlyMap<number, AppleErrorEntry> = new Map(
  [
    entry(4000000, "GENERAL_BAD_REQUEST", "GeneralBadRequestError", {
      advice: "Apple found the request malformed: check every value that was sent.",
    }),
    entry(4000002, "INVALID_APP_IDENTIFIER", "InvalidAppIdentifierError", { advice: WRONG_APP }),
    entry(4000006, "INVALID_TRANSACTION_ID", "BadRequestTransactionIdError", {
      advice: WRONG_TRANSACTION,
    }),
    entry(4000008, "INVALID_ORIGINAL_TRANSACTION_ID", "InvalidOriginalTransactionIdError", {
      advice: WRONG_TRANSACTION,
    }),
    entry(4000023, "INVALID_PRODUCT_ID", "InvalidProductIdError", {
      advice: "Check the product ID: it must be one of this app in App Store Connect.",
    }),
    entry(
      4000048,
      "APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR",
      "BadRequestAppTransactionIdForUnsupportedEndpointError",
      { advice: `This is an app transaction ID. ${WRONG_TRANSACTION}` },
    ),
    entry(4000161, "INVALID_IMAGE", "InvalidImageError", {
      advice:
        "Check the image: a PNG without transparency, 3840 pixels wide and 160 to 2160 high, or 1024 × 1024 for a bullet point.",
    }),
    entry(4000162, "HEADER_TOO_LONG", "HeaderTooLongError", {
      advice: "Shorten the header to 66 characters.",
    }),
    entry(4000163, "BODY_TOO_LONG", "BodyTooLongError", {
      advice: "Shorten the body to 144 characters.",
    }),
    entry(4000164, "INVALID_LOCALE", "InvalidLocaleError", {
      advice: "Use a locale of the App Store as it is spelt there, like en-US, not en_US.",
    }),
    entry(4000175, "ALT_TEXT_TOO_LONG", "AltTextTooLongError", {
      advice: "Shorten each alternative text to 150 characters.",
    }),
    entry(
      4000185,
      "FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR",
      "BadRequestTransactionIdNotSupportedForFamilySharingError",
      { advice: "Use a subscription that is not shared with a family." },
    ),
    entry(
      4000187,
      "TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR",
      "BadRequestTransactionIdNotOtidError",
      { advice: `This is the ID of a later transaction. ${WRONG_TRANSACTION}` },
    ),
    entry(4000211, "INVALID_PERFORMANCE_TEST_REQUEST", "InvalidPerformanceTestRequestError", {
      advice: `Configure the sandbox's real-time URL first. ${WRONG_TRANSACTION}`,
    }),
    entry(4000212, "INVALID_REQUEST_ID", "InvalidRequestIdError", {
      advice: "Give the request ID that the start of the performance test returned.",
    }),
    entry(4000213, "EXISTING_PERFORMANCE_TEST_RUN", "ExistingPerformanceTestRunError", {
      advice: "A performance test is running: wait for its result before you start another.",
    }),
    entry(4000215, "BAD_REQUEST_REALTIME_URL", "BadRequestRealtimeUrlError", {
      advice: "Give a URL that starts with https:// and has 256 characters at most.",
    }),
    entry(4000216, "BAD_REQUEST_IMAGE_SIZE", "BadRequestImageSizeError", {
      advice: "Use FULL_SIZE for a message's image and BULLET_POINT for one beside a bullet point.",
    }),
    entry(4000218, "BAD_REQUEST_TOO_MANY_BULLET_POINTS", "BadRequestTooManyBulletPointsError", {
      advice: "Take some bullet points out.",
    }),
    entry(
      4000219,
      "BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG",
      "BadRequestBulletPointTextTooLongError",
      { advice: "Shorten the text of each bullet point to 66 characters." },
    ),
    entry(
      4000224,
      "BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE",
      "BadRequestAboveImageRequiresAnImageError",
      { advice: "Give the message an image, or leave headerPosition out." },
    ),
    entry(4030014, "MAXIMUM_NUMBER_OF_IMAGES_REACHED", "MaximumNumberOfImagesReachedError", {
      advice: "Delete images that no message uses: an app may have 2,000.",
    }),
    entry(4030016, "MAXIMUM_NUMBER_OF_MESSAGES_REACHED", "MaximumNumberOfMessagesReachedError", {
      advice: "Delete messages that are not used any more: an app may have 2,000.",
    }),
    entry(4030017, "MESSAGE_NOT_APPROVED", "MessageNotApprovedError", {
      advice: "Wait until the message is APPROVED; the message list shows its state.",
    }),
    entry(4030018, "IMAGE_NOT_APPROVED", "ImageNotApprovedError", {
      advice: "Wait until the message's images are APPROVED; the image list shows their states.",
    }),
    entry(4030019, "IMAGE_IN_USE", "ImageInUseError", {
      advice: "Delete the messages that use the image first.",
    }),
    entry(4030026, "FORBIDDEN_NO_PASSING_TEST", "ForbiddenNoPassingTestError", {
      advice: "Pass a performance test in the sandbox, then configure the URL in production.",
    }),
    entry(4040001, "ACCOUNT_NOT_FOUND", "AccountNotFoundError", { advice: WRONG_APP }),
    entry(4040002, "ACCOUNT_NOT_FOUND_RETRYABLE", "AccountNotFoundRetryableError", {
      advice: AGAIN_LATER,
      retryable: true,
    }),
    entry(4040003, "APP_NOT_FOUND", "AppNotFoundError", { advice: WRONG_APP }),
    entry(4040004, "APP_NOT_FOUND_RETRYABLE", "AppNotFoundRetryableError", {
      advice: AGAIN_LATER,
      retryable: true,
    }),
    entry(4040005, "ORIGINAL_TRANSACTION_ID_NOT_FOUND", "OriginalTransactionIdNotFoundError", {
      advice: WRONG_TRANSACTION,
    }),
    entry(
      4040006,
      "ORIGINAL_TRANSACTION_ID_NOT_FOUND_RETRYABLE",
      "OriginalTransactionIdNotFoundRetryableError",
      { advice: AGAIN_LATER, retryable: true },
    ),
    entry(4040010, "TRANSACTION_ID_NOT_FOUND", "TransactionIdNotFoundError", {
      advice: WRONG_TRANSACTION,
    }),
    entry(4040014, "IMAGE_NOT_FOUND", "ImageNotFoundError", {
      advice:
        "Check the image's identifier and the environment; the image list shows what is there.",
    }),
    entry(4040015, "MESSAGE_NOT_FOUND", "MessageNotFoundError", {
      advice:
        "Check the message's identifier and the environment; the message list shows what is there.",
    }),
    entry(4040018, "PERFORMANCE_TEST_RUN_NOT_FOUND", "PerformanceTestRunNotFoundError", {
      advice: "Check the request ID: the start of the performance test returned it.",
    }),
    entry(4040020, "DEFAULT_MESSAGE_NOT_FOUND", "DefaultMessageNotFoundError", {
      advice: "No default message is configured for this product and locale.",
    }),
    entry(4040021, "REALTIME_URL_NOT_FOUND", "RealtimeUrlNotFoundError", {
      advice: "No real-time URL is configured in this environment.",
    }),
    entry(4090000, "IMAGE_ALREADY_EXISTS", "ImageAlreadyExistsError", {
      advice: "Images cannot be replaced: upload under a new identifier.",
    }),
    entry(4090001, "MESSAGE_ALREADY_EXISTS", "MessageAlreadyExistsError", {
      advice: "Messages cannot be changed: upload under a new identifier.",
    }),
    entry(4290000, "RATE_LIMIT_EXCEEDED", "RateLimitExceededError", {
      advice:
        "Apple counts calls per app, operation and hour: wait, and look for other programs that use the API.",
      retryable: true,
    }),
    entry(5000000, "GENERAL_INTERNAL", "GeneralInternalError", {
      advice: AGAIN_LATER,
      retryable: true,
    }),
    entry(5000001, "GENERAL_INTERNAL_RETRYABLE", "GeneralInternalRetryableError", {
      advice: AGAIN_LATER,
      retryable: true,
    }),
  ].map((known) => [known.errorCode, known]),
);

function entry(
  errorCode: number,
  constant: string,
  name: string,
  { advice, retryable = false }: { readonly advice: string; readonly retryable?: boolean },
): AppleErrorEntry {
  const status = Math.floor(errorCode / 10_000);
  return { errorCode, status, constant, name, advice, retryable };
}
