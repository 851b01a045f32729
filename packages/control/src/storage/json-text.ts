import { storageError } from "./storage-error.ts";

declare const holds: unique symbol;

/** A column that holds a `T` as JSON text. Made by {@link toJsonText}, read by {@link fromJsonText}. */
export type JsonText<T> = string & { readonly [holds]: T };

/**
 * Returns the text to store for `value`.
 *
 * Throws DATABASE_VALUE when JSON has no text for it (`undefined`, a function).
 */
export function toJsonText<T>(value: T): JsonText<T> {
  // JSON.stringify's declared type leaves out that it may return undefined.
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) {
    throw storageError("DATABASE_VALUE", `expected a value JSON can hold, got ${typeof value}`);
  }
  // PostgreSQL keeps no NUL; JSON writes it as an escape, so the text never has one.
  return text as JsonText<T>;
}

/**
 * Returns what a column holds. Only {@link toJsonText} makes its type, so what comes back is what
 * went in, as JSON keeps it; a column that an older release wrote is parsed by its owner.
 *
 * Throws DATABASE_DAMAGED when the text is not JSON.
 */
export function fromJsonText<T>(text: JsonText<T>): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw storageError("DATABASE_DAMAGED", "a column that should hold JSON holds something else");
  }
}
