/** App Store Connect's words for lengths of time, as ISO 8601 durations of one unit. */
const PERIODS: ReadonlyMap<string, string> = new Map([
  ["THREE_DAYS", "P3D"],
  ["ONE_WEEK", "P1W"],
  ["TWO_WEEKS", "P2W"],
  ["ONE_MONTH", "P1M"],
  ["TWO_MONTHS", "P2M"],
  ["THREE_MONTHS", "P3M"],
  ["SIX_MONTHS", "P6M"],
  ["ONE_YEAR", "P1Y"],
]);

/**
 * Returns a subscription's period or an offer's duration as an ISO 8601 duration, like `P1M` for
 * `ONE_MONTH`; undefined for a word we do not know, and where there is none.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/subscriptionofferduration
 */
export function parseConnectPeriod(word: string | null | undefined): string | undefined {
  return PERIODS.get(word ?? "");
}
