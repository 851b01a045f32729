import { storageError } from "./storage-error.ts";

/** What both engines store the same way. */
type Storable = string | number | bigint | null | Uint8Array;

const MAX_INTEGER = 2n ** 63n;

/**
 * Checks what a query is about to send, so that a value one engine would take and the other would
 * change or refuse is refused on both.
 *
 * Throws DATABASE_VALUE for anything but null, text without NUL, finite numbers, 64-bit integers and
 * bytes. Integers beyond 2^53 must come as bigint, since a number has lost them already.
 */
export function checkParameters(parameters: readonly unknown[]): readonly Storable[] {
  for (const value of parameters) {
    const problem = problemOf(value);
    if (problem === undefined) continue;
    throw storageError(
      "DATABASE_VALUE",
      `a query got ${problem}; both engines store text, numbers, bytes and null`,
    );
  }
  // Every element was just checked.
  return parameters as readonly Storable[];
}

function problemOf(value: unknown): string | undefined {
  if (value === null || value instanceof Uint8Array) return undefined;
  switch (typeof value) {
    case "string":
      return value.includes("\0") ? "text with a NUL character" : undefined;
    case "number":
      return problemOfNumber(value);
    case "bigint":
      return value >= -MAX_INTEGER && value < MAX_INTEGER ? undefined : "an integer over 64 bits";
    default:
      return `a value of type ${typeof value}`;
  }
}

function problemOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return "a number that is not finite";
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 && !Number.isSafeInteger(value)
    ? "an integer beyond 2^53 as a number"
    : undefined;
}
