/**
 * What can be wrong with a text as a document.
 *
 * - `DOCUMENT_TOO_LARGE`: over {@link MAX_DOCUMENT_LENGTH} characters or too many values
 * - `DOCUMENT_TOO_DEEP`: nested deeper than {@link MAX_DOCUMENT_DEPTH}
 * - `DOCUMENT_SYNTAX`: not YAML, or not JSON
 * - `DOCUMENT_MULTIPLE`: more than one YAML document
 * - `DOCUMENT_EMPTY`: nothing in it
 * - `DOCUMENT_ALIASES`: aliases that multiply, or one without an anchor or inside its own
 * - `DOCUMENT_TAG`: a YAML tag such as `!include`
 * - `DOCUMENT_VALUE`: a value no document can hold: not finite, half a surrogate pair
 * - `DUPLICATE_KEY`: a key twice in one object
 * - `FORBIDDEN_KEY`: `__proto__`, or a key that is no plain word
 * - `UNKNOWN_KEY`: a key the language does not have
 * - `MISSING_KEY`: a key that must be there is not
 * - `MISSING_FALLBACK`: the flow has no fallback
 * - `WRONG_TYPE`: a value of another type
 * - `INVALID_VALUE`: a value of the right type that is not allowed
 * - `FILE_NOT_FOUND`: a further file that the caller has not got
 * - `FILE_PATH`: a path that is not relative, or leads out of the document's folder
 * - `DUPLICATE_MESSAGE`: a message in two files
 */
export type DocumentIssueCode =
  | "DOCUMENT_TOO_LARGE"
  | "DOCUMENT_TOO_DEEP"
  | "DOCUMENT_SYNTAX"
  | "DOCUMENT_MULTIPLE"
  | "DOCUMENT_EMPTY"
  | "DOCUMENT_ALIASES"
  | "DOCUMENT_TAG"
  | "DOCUMENT_VALUE"
  | "DUPLICATE_KEY"
  | "FORBIDDEN_KEY"
  | "UNKNOWN_KEY"
  | "MISSING_KEY"
  | "MISSING_FALLBACK"
  | "WRONG_TYPE"
  | "INVALID_VALUE"
  | "FILE_NOT_FOUND"
  | "FILE_PATH"
  | "DUPLICATE_MESSAGE";

/** The longest document, in UTF-16 code units: some 20,000 rules. Ours, not Apple's. */
export const MAX_DOCUMENT_LENGTH = 8 * 1024 * 1024;

/** The deepest nesting of a document. Ours, not Apple's. */
export const MAX_DOCUMENT_DEPTH = 64;

/** The most values a document may have once aliases are followed. */
export const MAX_DOCUMENT_VALUES = 1_000_000;

/** How often anchors may be repeated in all; the YAML library multiplies nested ones. */
export const MAX_ALIASES = 100;
