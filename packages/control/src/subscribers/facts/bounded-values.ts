/** The most characters of a text that counts; Apple's are far shorter. */
const MAX_TEXT = 256;

/** No control characters, and no half of a surrogate pair: what a line of text in an answer can hold. */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** The greatest number that counts; prices in thousandths are far smaller. */
const MAX_NUMBER = 1e15;

/** The last moment of a JavaScript date, milliseconds since 1970. */
const LAST_MOMENT = 8.64e15;

/**
 * Returns a text as it is where a state can hold it, and otherwise nothing: what is signed makes sense where
 * Apple signed it, and may be anything under a root that an app trusts beside Apple's.
 */
export function boundedText(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_TEXT || !PLAIN_TEXT.test(text)) return undefined;
  return text;
}

/** As {@link boundedText}, of a number. */
export function boundedNumber(value: number | undefined): number | undefined {
  return value === undefined || Math.abs(value) > MAX_NUMBER ? undefined : value;
}

/** As {@link boundedText}, of a date; whole, for Xcode's have fractions. */
export function boundedMoment(date: number | undefined): number | undefined {
  if (date === undefined || date < 0 || date > LAST_MOMENT) return undefined;
  return Math.floor(date);
}
