/** From here on a number is a moment, not a duration: 10⁹ s are 31 years. */
const FIRST_UNIX_SECONDS = 1e9;

/** From here on a moment is in milliseconds, not seconds: 10¹¹ s are 3,000 years. */
const FIRST_UNIX_MILLISECONDS = 1e11;

/**
 * Returns the moment a `Retry-After` header names, in milliseconds since 1970; undefined where there
 * is none or it cannot be read.
 *
 * At Apple's StoreKit hosts the header is a moment in UNIX milliseconds, not the seconds of RFC 9110.
 * Read as well, for a proxy may be in between: UNIX seconds, seconds from now, and an HTTP date.
 *
 * @param now - milliseconds since 1970
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return momentOf(Number(text), now);
  // Date.parse() takes nearly anything; an HTTP date is in GMT and begins with the name of a day.
  const date = /^[A-Z][a-z]{2,8},? .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

function momentOf(value: number, now: number): number {
  if (value >= FIRST_UNIX_MILLISECONDS) return value;
  if (value >= FIRST_UNIX_SECONDS) return value * 1000;
  return now + value * 1000;
}
