import { murmur3 } from "./murmur3.ts";

/**
 * The version of the bucketing: murmur3 x86 32 over the UTF-8 bytes of
 * `layer/key:originalTransactionId`, `(hash * totalWeight) >> 32`. It is in every decision and
 * changes whenever hash, salts or arithmetic do, because then people move.
 */
export const BUCKETING_HASH_VERSION = 1;

/**
 * What 100 percent is in integer parts: percentages have up to three decimals.
 */
export const PARTS_OF_WHOLE = 100_000;

/**
 * The greatest sum of weights: a hash is below 2^32, so a product stays below 2^53 and is exact in
 * a double; see {@link bucketOf}.
 */
export const MAX_TOTAL_WEIGHT = 2 ** 20;

/** What one salt is for. No two layers share a salt, so no two are correlated. */
export type BucketLayer = "holdout" | "exclusionGroup" | "rollout" | "traffic" | "arm";

const encoder = new TextEncoder();

/**
 * Returns the salt of a layer: derived from the key in the document and nothing else, so that no
 * new version of the flow moves anybody.
 */
export function saltOf(layer: BucketLayer, key: string): string {
  return `${layer}/${key}`;
}

/** Returns the unsigned 32-bit hash of one subscription under one salt. */
export function hashOf(salt: string, originalTransactionId: string): number {
  return murmur3(encoder.encode(`${salt}:${originalTransactionId}`));
}

/**
 * Returns `(hash * totalWeight) >> 32`: an integer from 0 to `totalWeight - 1`.
 *
 * Exact without big integers: `hash < 2^32` and `totalWeight <= 2^20` make the product an integer
 * below 2^52, and dividing a double by 2^32 only changes its exponent.
 */
export function bucketOf(hash: number, totalWeight: number): number {
  return Math.floor((hash * totalWeight) / 0x1_0000_0000);
}

/** Returns a percentage as integer parts of {@link PARTS_OF_WHOLE}. */
export function partsOfPercent(percent: number): number {
  return Math.round((percent * PARTS_OF_WHOLE) / 100);
}
