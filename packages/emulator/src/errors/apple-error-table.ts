/**
 * Apple's errors, by the constant Apple's libraries use: the number on the wire, the name of the
 * object in Apple's documentation, and a sentence of ours. What Apple writes into `errorMessage` is
 * UNCONFIRMED for these codes, so clients must not compare it. The first three digits of a number
 * are its HTTP status.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/error-codes
 */
export const APPLE_ERRORS = {
  GENERAL_BAD_REQUEST: apple(4000000, "GeneralBadRequestError", "The request is malformed."),
  INVALID_TRANSACTION_ID: apple(
    4000006,
    "BadRequestTransactionIdError",
    "The transaction identifier is not one of this app in this environment.",
  ),
  INVALID_REQUEST_REVISION: apple(
    4000005,
    "InvalidRequestRevisionError",
    "The revision is not one this endpoint gave.",
  ),
  START_DATE_TOO_FAR_IN_PAST: apple(
    4000012,
    "StartDateTooFarInPastError",
    "The start date is too far in the past.",
  ),
  START_DATE_AFTER_END_DATE: apple(
    4000013,
    "StartDateAfterEndDateError",
    "The end date is not later than the start date.",
  ),
  INVALID_PAGINATION_TOKEN: apple(
    4000014,
    "InvalidPaginationTokenError",
    "The pagination token is not one this request was given.",
  ),
  INVALID_START_DATE: apple(4000015, "InvalidStartDateError", "The start date is invalid."),
  INVALID_END_DATE: apple(4000016, "InvalidEndDateError", "The end date is invalid."),
  INVALID_NOTIFICATION_TYPE: apple(
    4000018,
    "InvalidNotificationTypeError",
    "The notification type or subtype is invalid.",
  ),
  MULTIPLE_FILTERS_SUPPLIED: apple(
    4000019,
    "MultipleFiltersSuppliedError",
    "The request has too many filters.",
  ),
  INVALID_TEST_NOTIFICATION_TOKEN: apple(
    4000020,
    "InvalidTestNotificationTokenError",
    "The test notification token is invalid.",
  ),
  INVALID_SORT: apple(4000021, "InvalidSortError", "The sort order is invalid."),
  INVALID_PRODUCT_TYPE: apple(4000022, "InvalidProductTypeError", "The product type is invalid."),
  INVALID_PRODUCT_ID: apple(
    4000023,
    "InvalidProductIdError",
    "The product identifier is not one of this app.",
  ),
  INVALID_SUBSCRIPTION_GROUP_IDENTIFIER: apple(
    4000024,
    "InvalidSubscriptionGroupIdentifierError",
    "The subscription group identifier is invalid.",
  ),
  INVALID_IN_APP_OWNERSHIP_TYPE: apple(
    4000026,
    "InvalidInAppOwnershipTypeError",
    "The ownership type is invalid.",
  ),
  INVALID_REVOKED: apple(4000030, "InvalidRevokedError", "The value of revoked is invalid."),
  INVALID_STATUS: apple(4000031, "InvalidStatusError", "The status is invalid."),
  APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR: apple(
    4000048,
    "BadRequestAppTransactionIdForUnsupportedEndpointError",
    "An app transaction identifier is not supported here.",
  ),
  INVALID_IMAGE: apple(4000161, "InvalidImageError", "The image is invalid."),
  HEADER_TOO_LONG: apple(4000162, "HeaderTooLongError", "The header is too long."),
  BODY_TOO_LONG: apple(4000163, "BodyTooLongError", "The body is too long."),
  INVALID_LOCALE: apple(4000164, "InvalidLocaleError", "The locale is invalid."),
  ALT_TEXT_TOO_LONG: apple(4000175, "AltTextTooLongError", "The alternative text is too long."),
  FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR: apple(
    4000185,
    "BadRequestTransactionIdNotSupportedForFamilySharingError",
    "A transaction of Family Sharing is not supported here.",
  ),
  TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR: apple(
    4000187,
    "BadRequestTransactionIdNotOtidError",
    "The transaction identifier is not an original transaction identifier.",
  ),
  INVALID_PERFORMANCE_TEST_REQUEST: apple(
    4000211,
    "InvalidPerformanceTestRequestError",
    "The performance test request is invalid.",
  ),
  INVALID_REQUEST_ID: apple(
    4000212,
    "InvalidRequestIdError",
    "The request identifier is not a UUID.",
  ),
  EXISTING_PERFORMANCE_TEST_RUN: apple(
    4000213,
    "ExistingPerformanceTestRunError",
    "A performance test is already running.",
  ),
  BAD_REQUEST_REALTIME_URL: apple(
    4000215,
    "BadRequestRealtimeUrlError",
    "The real-time URL is invalid.",
  ),
  BAD_REQUEST_IMAGE_SIZE: apple(
    4000216,
    "BadRequestImageSizeError",
    "The image size is not the one this use needs.",
  ),
  BAD_REQUEST_TOO_MANY_BULLET_POINTS: apple(
    4000218,
    "BadRequestTooManyBulletPointsError",
    "There are too many bullet points.",
  ),
  BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG: apple(
    4000219,
    "BadRequestBulletPointTextTooLongError",
    "A bullet point's text is too long.",
  ),
  BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE: apple(
    4000224,
    "BadRequestAboveImageRequiresAnImageError",
    "A header above the image needs an image.",
  ),
  /** NOT APPLE'S NUMBER, which no source tells: the emulator's own, so that it can be told apart. */
  BAD_REQUEST_INVALID_TEXT_FIELD: apple(
    4009999,
    "BadRequestInvalidTextFieldError",
    "A text holds characters that are not allowed.",
  ),
  MAXIMUM_NUMBER_OF_IMAGES_REACHED: apple(
    4030014,
    "MaximumNumberOfImagesReachedError",
    "The app has as many images as it may have.",
  ),
  MAXIMUM_NUMBER_OF_MESSAGES_REACHED: apple(
    4030016,
    "MaximumNumberOfMessagesReachedError",
    "The app has as many messages as it may have.",
  ),
  MESSAGE_NOT_APPROVED: apple(
    4030017,
    "MessageNotApprovedError",
    "The message is not in the state APPROVED.",
  ),
  IMAGE_NOT_APPROVED: apple(
    4030018,
    "ImageNotApprovedError",
    "An image of the message is not in the state APPROVED.",
  ),
  IMAGE_IN_USE: apple(4030019, "ImageInUseError", "A message uses the image."),
  FORBIDDEN_NO_PASSING_TEST: apple(
    4030026,
    "ForbiddenNoPassingTestError",
    "The app has not passed a performance test in the sandbox.",
  ),
  SERVER_NOTIFICATION_URL_NOT_FOUND: apple(
    4040007,
    "ServerNotificationUrlNotFoundError",
    "No URL for App Store Server Notifications is configured.",
  ),
  TEST_NOTIFICATION_NOT_FOUND: apple(
    4040008,
    "TestNotificationNotFoundError",
    "There is no such test notification, or it is too old.",
  ),
  TRANSACTION_ID_NOT_FOUND: apple(
    4040010,
    "TransactionIdNotFoundError",
    "There is no such transaction of this app in this environment.",
  ),
  IMAGE_NOT_FOUND: apple(4040014, "ImageNotFoundError", "There is no such image."),
  MESSAGE_NOT_FOUND: apple(4040015, "MessageNotFoundError", "There is no such message."),
  PERFORMANCE_TEST_RUN_NOT_FOUND: apple(
    4040018,
    "PerformanceTestRunNotFoundError",
    "There is no such performance test.",
  ),
  DEFAULT_MESSAGE_NOT_FOUND: apple(
    4040020,
    "DefaultMessageNotFoundError",
    "There is no default message for this product and locale.",
  ),
  REALTIME_URL_NOT_FOUND: apple(
    4040021,
    "RealtimeUrlNotFoundError",
    "No real-time URL is configured.",
  ),
  IMAGE_ALREADY_EXISTS: apple(
    4090000,
    "ImageAlreadyExistsError",
    "An image with this identifier exists.",
  ),
  MESSAGE_ALREADY_EXISTS: apple(
    4090001,
    "MessageAlreadyExistsError",
    "A message with this identifier exists.",
  ),
  RATE_LIMIT_EXCEEDED: apple(4290000, "RateLimitExceededError", "Rate limit exceeded."),
  GENERAL_INTERNAL: apple(5000000, "GeneralInternalError", "An unknown error occurred."),
} as const satisfies Record<string, AppleErrorEntry>;

/** The constants of Apple's libraries for the errors the emulator can answer with. */
export type AppleErrorCode = keyof typeof APPLE_ERRORS;

interface AppleErrorEntry {
  readonly errorCode: number;
  readonly name: string;
  readonly message: string;
}

function apple(errorCode: number, name: string, message: string): AppleErrorEntry {
  return { errorCode, name, message };
}
