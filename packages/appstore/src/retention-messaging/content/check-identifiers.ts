import type { ContentPath, ContentProblem, ContentProblemCode } from "./content-problem.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UUID_PARTS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/**
 * Checks the identifier of a message or an image: a UUID in lowercase with its dashes.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/messageidentifier
 */
export function checkIdentifier(
  identifier: string,
  path: ContentPath = [],
): readonly ContentProblem<"IDENTIFIER_INVALID">[] {
  if (UUID.test(identifier)) return [];
  const meant = uuidMeant(identifier);
  const hint = meant === undefined ? "" : `; write "${meant}"`;
  const message = `expected a lowercase UUID like 3db5c98d-8acf-4e29-831e-8e1f82f9f6e9${hint}`;
  return [problem("IDENTIFIER_INVALID", message, path)];
}

/** Returns the UUID somebody wrote in capitals, in braces, as a URN or without dashes. */
function uuidMeant(written: string): string | undefined {
  const digits = written
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, "")
    .replaceAll(/[-{}]/g, "");
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined;
  return digits.replace(UUID_PARTS, "$1-$2-$3-$4-$5");
}

/**
 * Characters of a new product's id. Older ones may be longer.
 *
 * @see https://developer.apple.com/help/app-store-connect/reference/in-app-purchase-information
 */
const PRODUCT_ID_MAX_CHARACTERS = 100;
/** Characters of any product's id, ever: what iTunes Connect took. */
const PRODUCT_ID_EVER_MAX_CHARACTERS = 255;

/**
 * Checks a product id: letters, digits, `.`, `_` and `-`, at most 100. Whatever an older product may
 * have that a new one cannot is a warning.
 *
 * @see https://developer.apple.com/help/app-store-connect/reference/in-app-purchase-information
 */
export function checkProductId(productId: string): readonly ContentProblem<"PRODUCT_ID_INVALID">[] {
  const problems: ContentProblem<"PRODUCT_ID_INVALID">[] = [];
  const tell = (severity: "error" | "warning", message: string) => {
    problems.push({ code: "PRODUCT_ID_INVALID", severity, path: [], message });
  };
  if (!/^[^\s\p{C}/]+$/u.test(productId) || /^\.+$/.test(productId)) {
    tell("error", "expected a product id, without spaces and slashes, not only of periods");
  } else if (!/^[\w.-]+$/.test(productId)) {
    tell("warning", "expected letters, digits, periods, hyphens and underscores only");
  }
  const { length } = productId;
  if (length > PRODUCT_ID_EVER_MAX_CHARACTERS) {
    tell("error", `expected at most ${PRODUCT_ID_EVER_MAX_CHARACTERS} characters, got ${length}`);
  } else if (length > PRODUCT_ID_MAX_CHARACTERS) {
    const message = `expected at most ${PRODUCT_ID_MAX_CHARACTERS} characters, got ${length}; only older products have more`;
    tell("warning", message);
  }
  return problems;
}

/** How many digits a transaction id can have is not documented; this is ours, and far more. */
const TRANSACTION_ID_MAX_DIGITS = 64;

/** Checks a transaction id, original or not: digits only. A message never shows it. */
export function checkTransactionId(
  transactionId: string,
): readonly ContentProblem<"TRANSACTION_ID_INVALID">[] {
  const { length } = transactionId;
  if (/^\d+$/.test(transactionId) && length <= TRANSACTION_ID_MAX_DIGITS) return [];
  const message = `expected a transaction id of 1 to ${TRANSACTION_ID_MAX_DIGITS} digits, got ${length} characters`;
  return [problem("TRANSACTION_ID_INVALID", message, [])];
}

/** Checks the id of a performance test. It looks like a UUID, which is UNCONFIRMED: any word passes. */
export function checkRequestId(requestId: string): readonly ContentProblem<"REQUEST_ID_INVALID">[] {
  if (/^\w[\w.:-]{0,127}$/.test(requestId)) return [];
  const message = "expected the requestId that starting the test gave, without spaces and slashes";
  return [problem("REQUEST_ID_INVALID", message, [])];
}

function problem<Code extends ContentProblemCode>(
  code: Code,
  message: string,
  path: ContentPath,
): ContentProblem<Code> {
  return { code, severity: "error", path, message };
}
