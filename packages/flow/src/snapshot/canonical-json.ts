import { UsageError } from "@holdfast/appstore/errors";

/**
 * Why a value has no canonical form.
 *
 * - `CANONICAL_JSON_VALUE`: it is no JSON value, or a string with half of a surrogate pair
 */
export type CanonicalJsonErrorCode = "CANONICAL_JSON_VALUE";

/**
 * Returns the one spelling of a JSON value: no white space, members sorted by UTF-16 code units,
 * numbers and strings as ECMAScript prints them. This is RFC 8785 (JCS) for every value JSON can
 * hold; members that are `undefined` are left out, anything else JSON cannot hold is refused.
 *
 * @throws UsageError `CANONICAL_JSON_VALUE`
 * @see RFC 8785
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return canonicalString(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object") return canonicalObject(value);
  throw refused(typeof value);
}

function canonicalObject(object: object): string {
  const members = Object.entries(object)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw refused("a string with half of a surrogate pair");
  return JSON.stringify(text);
}

function refused(came: string): UsageError<CanonicalJsonErrorCode> {
  return new UsageError("CANONICAL_JSON_VALUE", `expected a JSON value, got ${came}`);
}
