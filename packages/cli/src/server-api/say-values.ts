/** Says milliseconds since 1970 as a time in UTC, to the second; nothing for what is missing. */
export function sayInstant(ms: number | undefined): string {
  if (ms === undefined) return "";
  const date = new Date(ms);
  // A number that is no time is shown as it is: it is Apple's.
  if (Number.isNaN(date.getTime())) return String(ms);
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Says a price in thousandths of its currency's unit; nothing for what is missing. */
export function sayPrice(price: number | undefined, currency: string | undefined): string {
  if (price === undefined) return "";
  return [String(price / 1000), currency ?? ""].join(" ").trimEnd();
}

/** What Apple's numbers mean; numbers it may add are shown as they are. */
export type NumberNames = Readonly<Record<number, string>>;

/** @see https://developer.apple.com/documentation/appstoreserverapi/status */
export const SUBSCRIPTION_STATUSES = {
  1: "ACTIVE",
  2: "EXPIRED",
  3: "BILLING_RETRY",
  4: "BILLING_GRACE_PERIOD",
  5: "REVOKED",
} as const satisfies NumberNames;

/** @see https://developer.apple.com/documentation/appstoreserverapi/orderlookupstatus */
export const ORDER_STATUSES = { 0: "VALID", 1: "INVALID" } as const satisfies NumberNames;

/** @see https://developer.apple.com/documentation/appstoreserverapi/revocationreason */
export const REVOCATION_REASONS = { 0: "OTHER", 1: "APP_ISSUE" } as const satisfies NumberNames;

/** @see https://developer.apple.com/documentation/appstoreserverapi/autorenewstatus */
export const AUTO_RENEW_STATUSES = { 0: "OFF", 1: "ON" } as const satisfies NumberNames;

/**
 * Number 5 is from WWDC26, session 309.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/offertype
 */
export const OFFER_TYPES = {
  1: "INTRODUCTORY",
  2: "PROMOTIONAL",
  3: "OFFER_CODE",
  4: "WIN_BACK",
  5: "RETENTION",
} as const satisfies NumberNames;

/** Says what a number of Apple's means; nothing for what is missing. */
export function sayNumber(value: number | undefined, names: NumberNames): string {
  return value === undefined ? "" : (names[value] ?? String(value));
}

/** Says which offer something is under; nothing where it is under none. */
export function sayOffer(
  offerType: number | undefined,
  offerIdentifier: string | undefined,
): string {
  return [sayNumber(offerType, OFFER_TYPES), offerIdentifier ?? ""].join(" ").trim();
}
