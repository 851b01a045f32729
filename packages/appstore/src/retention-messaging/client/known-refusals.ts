import { AppleApiError } from "../../http/index.ts";

type Numbers = ReadonlySet<number | undefined>;

/** Apple's numbers for an identifier that is in use: an image's, a message's. */
const ALREADY_THERE: Numbers = new Set([4090000, 4090001]);

/** Apple's numbers for "there is no such image" and "there is no such message". */
const NOT_FOUND: Numbers = new Set([4040014, 4040015]);

/**
 * Apple's numbers for an invalid product and an invalid locale. That the first is the same as in the
 * App Store Server API is INFERRED.
 */
const NO_PLACE: Numbers = new Set([4000023, 4000164]);

/** Tells whether Apple refused an upload because the identifier is in use. */
export function isAlreadyThere(error: unknown): error is AppleApiError {
  return isOneOf(error, ALREADY_THERE);
}

/** Tells whether Apple has no image, or no message, of the identifier. */
export function isNotFound(error: unknown): error is AppleApiError {
  return isOneOf(error, NOT_FOUND);
}

/**
 * Tells whether Apple does not know the product or the locale: a product that was removed, say. There
 * is no default message at such a place.
 */
export function isNoPlace(error: unknown): error is AppleApiError {
  return isOneOf(error, NO_PLACE);
}

function isOneOf(error: unknown, numbers: Numbers): error is AppleApiError {
  return error instanceof AppleApiError && numbers.has(error.errorCode);
}
