/**
 * What can be wrong with content before it is sent to Apple. Severity in brackets where it is no error.
 *
 * Message files:
 * - `FILE_TOO_LARGE`: over our limit
 * - `JSON_MALFORMED`: not one JSON value and nothing after it
 *
 * Messages:
 * - `WRONG_TYPE`: a number where a text belongs, and the like
 * - `FIELD_MISSING`, `UNKNOWN_FIELD` [warning where unknown fields are allowed]
 * - `TEXT_EMPTY`: nothing in it, or spaces
 * - `TEXT_TOO_LONG`: over Apple's limit
 * - `TEXT_MAY_BE_REFUSED` [warning]: emoji, control characters and others Apple may refuse
 * - `IDENTIFIER_INVALID`: not a lowercase UUID
 * - `HEADER_POSITION_INVALID`, `HEADER_POSITION_NEEDS_IMAGE`
 * - `TOO_MANY_BULLET_POINTS`: over our limit, for Apple's is not documented
 * - `IMAGE_NOT_ALLOWED`: an image or bullet points where the message's use takes none
 *
 * Single values:
 * - `UNKNOWN_LOCALE`: not a locale of the App Store, letter by letter
 * - `REALTIME_URL_INVALID`: not one Apple can ask
 * - `PRODUCT_ID_INVALID` [warning for what only newer products cannot have]
 * - `TRANSACTION_ID_INVALID`, `REQUEST_ID_INVALID`
 */
export type ContentProblemCode =
  | "FILE_TOO_LARGE"
  | "JSON_MALFORMED"
  | "WRONG_TYPE"
  | "FIELD_MISSING"
  | "UNKNOWN_FIELD"
  | "TEXT_EMPTY"
  | "TEXT_TOO_LONG"
  | "TEXT_MAY_BE_REFUSED"
  | "IDENTIFIER_INVALID"
  | "HEADER_POSITION_INVALID"
  | "HEADER_POSITION_NEEDS_IMAGE"
  | "TOO_MANY_BULLET_POINTS"
  | "IMAGE_NOT_ALLOWED"
  | "UNKNOWN_LOCALE"
  | "REALTIME_URL_INVALID"
  | "PRODUCT_ID_INVALID"
  | "TRANSACTION_ID_INVALID"
  | "REQUEST_ID_INVALID";

/** Member names and array indexes from the top of what was checked; empty for all of it. */
export type ContentPath = readonly (string | number)[];

/** One thing that is wrong, and what would be right. Data, never thrown. */
export interface ContentProblem<Code extends ContentProblemCode = ContentProblemCode> {
  readonly code: Code;
  readonly path: ContentPath;
  /** An error is what Apple refuses as far as is known; a warning what it may refuse. */
  readonly severity: "error" | "warning";
  readonly message: string;
}
