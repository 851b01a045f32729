import type { AppleApiError } from "@holdfast/appstore/http";

/**
 * Apple's numbers for an invalid product and an invalid locale. That the first is the same as in the
 * App Store Server API is INFERRED.
 */
const NO_PLACE: ReadonlySet<number | undefined> = new Set([4000023, 4000164]);

/**
 * Tells whether Apple does not know the product or the locale: a product that was removed, say. There
 * is no default message at such a place.
 */
export function isNoPlace({ errorCode }: AppleApiError): boolean {
  return NO_PLACE.has(errorCode);
}
