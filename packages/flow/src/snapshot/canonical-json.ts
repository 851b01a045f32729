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
  return writeValue(value, new Map());
}

/** Members' names that were spelled before, with their colon: a snapshot has few, and each of them often. */
type SpelledNames = Map<string, string>;

function writeValue(value: unknown, names: SpelledNames): string {
  if (typeof value === "string") return writeString(value);
  if (value === null || typeof value === "boolean") return String(value);
  // JSON's numbers are spelled as ECMAScript's, -0 as 0.
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return writeArray(value, names);
  if (typeof value === "object") return writeObject(value, names);
  throw refused(typeof value);
}

function writeArray(items: readonly unknown[], names: SpelledNames): string {
  let text = "";
  for (const item of items) text += `${text === "" ? "" : ","}${writeValue(item, names)}`;
  return `[${text}]`;
}

function writeObject(object: object, names: SpelledNames): string {
  // Any object can be read by its own members' names.
  const members = object as Readonly<Record<string, unknown>>;
  let text = "";
  // By UTF-16 code units, as sort() does of itself.
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${spell(name, names)}${writeValue(member, names)}`;
  }
  return `{${text}}`;
}

function spell(name: string, names: SpelledNames): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const spelled = `${writeString(name)}:`;
  names.set(name, spelled);
  return spelled;
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw refused("a string with half of a surrogate pair");
  return JSON.stringify(text);
}

function refused(came: string): UsageError<CanonicalJsonErrorCode> {
  return new UsageError("CANONICAL_JSON_VALUE", `expected a JSON value, got ${came}`);
}
