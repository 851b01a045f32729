import { storageError } from "./storage-error.ts";

/**
 * Returns a 64-bit integer of the database as a number.
 *
 * Throws DATABASE_VALUE beyond 2^53, where a number would silently be another one.
 */
export function toSafeInteger(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw storageError(
    "DATABASE_VALUE",
    "the database holds an integer beyond 2^53, which cannot be read exactly; store it as text",
  );
}
