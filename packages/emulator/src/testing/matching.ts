import { expect } from "vitest";

/** Matches every number. */
export const anyNumber: unknown = expect.any(Number);

/** Matches every string. */
export const anyText: unknown = expect.any(String);

/** Matches a string in which `pattern` is found. */
export function textLike(pattern: RegExp | string): unknown {
  return expect.stringMatching(pattern);
}
