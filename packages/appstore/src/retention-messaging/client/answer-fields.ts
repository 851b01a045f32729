import { malformedAnswerError } from "../../http/index.ts";
import type { AppleApiError, CallEffect } from "../../http/index.ts";

/** A JSON object of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where in an answer something is. */
export interface AnswerPlace {
  readonly operation: string;
  /** Like `config` or `messageIdentifiers[3]`; empty for the whole answer. */
  readonly path: string;
  /** What the call has done, although its answer is malformed. */
  readonly effect: CallEffect;
}

/**
 * Returns a value as the JSON object it is, the same object.
 *
 * @throws AppleApiError `APPLE_ANSWER_MALFORMED`
 */
export function readObject(value: unknown, place: AnswerPlace): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unexpected("an object", value, place);
  }
  // An object that is no array has nothing but members by name.
  return value as Fields;
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` where one of the fields is not of this type */
export function checkFields(
  object: Fields,
  type: "string" | "number",
  { place, names }: { readonly place: AnswerPlace; readonly names: readonly string[] },
): void {
  for (const name of names) {
    if (typeof object[name] !== type) {
      throw unexpected(`a ${type}`, object[name], within(place, name));
    }
  }
}

/** Returns the place of a member. */
export function within(place: AnswerPlace, member: string | number): AnswerPlace {
  const { path } = place;
  if (typeof member === "number") return { ...place, path: `${path}[${member}]` };
  return { ...place, path: path === "" ? member : `${path}.${member}` };
}

/** Returns the error for a value of another type; the value itself is not shown. */
export function unexpected(
  expected: string,
  value: unknown,
  { operation, path, effect }: AnswerPlace,
): AppleApiError {
  const what = path === "" ? "the body" : path;
  const words = `expected ${what} to be ${expected}; got ${typeName(value)}`;
  return malformedAnswerError(operation, words, effect);
}

function typeName(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
