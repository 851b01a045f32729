import { parseAppleErrorObject } from "../http/index.ts";
import type { ErrorDescription, FailedAnswer } from "../http/index.ts";

const UNAUTHORIZED_ADVICE =
  "Check that the key is an In-App Purchase key and not an App Store Connect API key, that its key ID " +
  "and issuer ID and the bundle ID are of the same team, and that this machine's clock is right.";

const WRONG_TRANSACTION = "Check the transaction ID and that it is of this app and environment.";
const WRONG_APP = "Check the bundle ID, and that the app is in this environment.";
const WRONG_DATES =
  "Apple keeps 180 days of notifications in production and 30 in the sandbox; the start must be before the end.";
const WRONG_FILTER = "Check the filters of the request.";
const START_AGAIN = "Start again from the first page.";
const AGAIN_LATER = "Try again later.";

interface KnownError {
  readonly name: string;
  readonly advice: string;
  readonly retryable: boolean;
}

/**
 * The errors of the operations used here, by Apple's number.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/error-codes
 */
const KNOWN_ERRORS: ReadonlyMap<number, KnownError> = new Map([
  known(4000000, "GeneralBadRequestError", "Apple found the request malformed."),
  known(4000002, "InvalidAppIdentifierError", WRONG_APP),
  known(4000005, "InvalidRequestRevisionError", START_AGAIN),
  known(4000006, "InvalidTransactionIdError", WRONG_TRANSACTION),
  known(4000008, "InvalidOriginalTransactionIdError", WRONG_TRANSACTION),
  known(4000012, "StartDateTooFarInPastError", WRONG_DATES),
  known(4000013, "StartDateAfterEndDateError", WRONG_DATES),
  known(4000014, "InvalidPaginationTokenError", START_AGAIN),
  known(4000015, "InvalidStartDateError", WRONG_DATES),
  known(4000016, "InvalidEndDateError", WRONG_DATES),
  known(4000017, "PaginationTokenExpiredError", START_AGAIN),
  known(4000018, "InvalidNotificationTypeError", WRONG_FILTER),
  known(
    4000019,
    "MultipleFiltersSuppliedError",
    "Ask for a type or for a transaction, not for both.",
  ),
  known(4000020, "InvalidTestNotificationTokenError", "Request a test notification first."),
  known(4000021, "InvalidSortError", WRONG_FILTER),
  known(4000022, "InvalidProductTypeError", WRONG_FILTER),
  known(4000023, "InvalidProductIdError", WRONG_FILTER),
  known(4000024, "InvalidSubscriptionGroupIdentifierError", WRONG_FILTER),
  known(4000026, "InvalidInAppOwnershipTypeError", WRONG_FILTER),
  known(4000030, "InvalidRevokedError", WRONG_FILTER),
  known(4000031, "InvalidStatusError", WRONG_FILTER),
  known(4040001, "AccountNotFoundError", WRONG_APP),
  retryable(4040002, "AccountNotFoundRetryableError"),
  known(4040003, "AppNotFoundError", WRONG_APP),
  retryable(4040004, "AppNotFoundRetryableError"),
  known(4040005, "OriginalTransactionIdNotFoundError", WRONG_TRANSACTION),
  retryable(4040006, "OriginalTransactionIdNotFoundRetryableError"),
  known(
    4040007,
    "ServerNotificationUrlNotFoundError",
    "Set the app's URL for App Store Server Notifications in App Store Connect.",
  ),
  known(4040008, "TestNotificationNotFoundError", "Wait a little, or request another one."),
  known(4040010, "TransactionIdNotFoundError", WRONG_TRANSACTION),
  retryable(4290000, "RateLimitExceededError"),
  retryable(5000000, "GeneralInternalError"),
  retryable(5000001, "GeneralInternalRetryableError"),
]);

/** Says what a refusal by the App Store Server API means and what to do about it. */
export function describeRefusal({ status, body }: FailedAnswer): ErrorDescription {
  const error = parseAppleErrorObject(body);
  if (status === 401) return { ...error, advice: UNAUTHORIZED_ADVICE };
  if (error === undefined) return {};
  const entry = KNOWN_ERRORS.get(error.errorCode);
  return { ...error, errorName: entry?.name, advice: entry?.advice, retryable: entry?.retryable };
}

function known(errorCode: number, name: string, advice: string): readonly [number, KnownError] {
  return [errorCode, { name, advice, retryable: false }];
}

function retryable(errorCode: number, name: string): readonly [number, KnownError] {
  return [errorCode, { name, advice: AGAIN_LATER, retryable: true }];
}
