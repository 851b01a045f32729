import { isRecord } from "./fields.ts";
import { WireError } from "./wire-error.ts";

/** An object of unknown fields. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** The most characters of a name, an identifier or a value of text in a decision record. */
export const MAX_DECISION_TEXT = 256;

/**
 * Text that every database stores and every list can be sorted by: no control characters, no half of a
 * surrogate pair.
 */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** Nearly all of it, told at a fraction of the cost. */
const PLAIN_ASCII = /^[ -~]*$/;

/** Returns the error of a field that is not what was expected; nothing of what came is repeated. */
export function malformed(field: string, expected: string): WireError {
  return new WireError("WIRE_MALFORMED", `decision record: ${field} must be ${expected}`);
}

/** Returns an own field of an object. */
export function fieldOf(record: UnknownRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** @throws WireError `WIRE_MALFORMED` unless the value is a plain text of 1 to `max` characters */
export function requireText(value: unknown, field: string, max = MAX_DECISION_TEXT): string {
  if (isPlainText(value, max) && value.length > 0) return value;
  throw malformed(field, `text of 1 to ${max} characters without control characters`);
}

/** {@link requireText}, where the field may be missing. */
export function checkOptionalText(value: unknown, field: string): void {
  if (value !== undefined) requireText(value, field);
}

/** @throws WireError `WIRE_MALFORMED` unless the value is a whole number from 0 */
export function requireCount(value: unknown, field: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(field, "a non-negative integer");
}

/** @throws WireError `WIRE_MALFORMED` unless the value is an object */
export function requireObject(value: unknown, field: string): UnknownRecord {
  if (isRecord(value)) return value;
  throw malformed(field, "an object");
}

/** @throws WireError `WIRE_MALFORMED` unless the value is a list of at most `max` */
export function requireList(value: unknown, field: string, max: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= max) return value;
  throw malformed(field, `a list of at most ${max}`);
}

/** @throws WireError `WIRE_MALFORMED` unless the value is one of a closed list */
export function requireOneOf(value: unknown, field: string, known: ReadonlySet<unknown>): void {
  if (known.has(value)) return;
  throw malformed(field, `one of ${[...known].join(", ")}`);
}

/** Tells whether a value is text that can be stored, of at most `max` characters. */
export function isPlainText(value: unknown, max: number): value is string {
  if (typeof value !== "string" || value.length > max) return false;
  return PLAIN_ASCII.test(value) || PLAIN_TEXT.test(value);
}
