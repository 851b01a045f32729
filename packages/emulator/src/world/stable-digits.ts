import { createHash } from "node:crypto";

/**
 * Returns `length` decimal digits (at most 15), the first not 0, always the same for the same `text`:
 * for numbers that Apple gives out and a definition leaves open.
 */
export function stableDigits(text: string, length: number): string {
  const lowest = 10 ** (length - 1);
  return String(lowest + Number(hash48(text) % BigInt(9 * lowest)));
}

/** Returns a number in [0, 2³²), always the same for the same `text`: a seed. */
export function stableSeed(text: string): number {
  return Number(hash48(text) % 0x1_0000_0000n);
}

/** Returns a lowercase UUID, always the same for the same `text` (version 8: made by a rule of ours). */
export function stableUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join("-");
}

function hash48(text: string): bigint {
  return BigInt(`0x${createHash("sha256").update(text).digest("hex").slice(0, 12)}`);
}
