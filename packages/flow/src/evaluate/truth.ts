/**
 * Kleene's three truth values, ordered so that `all` is the minimum, `any` the maximum and `not`
 * the mirror image: {@link FALSE}, {@link UNKNOWN}, {@link TRUE}.
 *
 * @see S. C. Kleene, Introduction to Metamathematics (1952), §64: the strong connectives
 */
export type Truth = 0 | 1 | 2;

export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;

/** Returns false for true, true for false, unknown for unknown. */
export function not(value: Truth): Truth {
  if (value === TRUE) return FALSE;
  return value === FALSE ? TRUE : UNKNOWN;
}

/** Returns the smaller of two truth values: Kleene's `and`. */
export function and(a: Truth, b: Truth): Truth {
  return a < b ? a : b;
}

/** Returns the greater of two truth values: Kleene's `or`. */
export function or(a: Truth, b: Truth): Truth {
  return a > b ? a : b;
}

/** Returns {@link TRUE} or {@link FALSE} for a boolean. */
export function truthOf(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

/** A truth value as a trace spells it. */
export type TruthName = "true" | "false" | "unknown";

const NAMES: readonly [TruthName, TruthName, TruthName] = ["false", "unknown", "true"];

/** Returns the word for a truth value. */
export function truthName(value: Truth): TruthName {
  return NAMES[value];
}
