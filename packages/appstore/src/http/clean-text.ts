/** The longest piece of Apple's words in an error. */
const MAX_CHARACTERS = 500;

/** Space, control and line-breaking characters, and those that turn the direction of text. */
const UNPRINTABLE = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A compact JWS, which a token is, or its beginning, as a proxy's error page may repeat it. */
const COMPACT_JWS = /eyJ[\w-]{12,}(\.[\w-]*)*/g;

/** An identifier of a transaction; Apple's numbers for errors have seven digits. */
const LONG_NUMBER = /\d{12,}/g;

/**
 * Returns a text from outside so that it may stand in an error: one line of at most 500 characters,
 * without control characters, tokens and identifiers of transactions. Undefined stays so, and an
 * empty text becomes it.
 */
export function cleanText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // Cut before too, so that a huge text costs nothing.
  const clean = text
    .slice(0, 16 * MAX_CHARACTERS)
    .replace(UNPRINTABLE, " ")
    .replace(COMPACT_JWS, "…")
    .replace(LONG_NUMBER, "…")
    .trim();
  if (clean === "") return undefined;
  return clean.length <= MAX_CHARACTERS ? clean : `${clean.slice(0, MAX_CHARACTERS - 1)}…`;
}
