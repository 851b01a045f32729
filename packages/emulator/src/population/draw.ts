import { stableSeed } from "../world/stable-digits.ts";

/**
 * Returns a number in [0, 1) that is always the same for one seed, subscriber and purpose: whatever else
 * happens, and in whatever order, somebody does what they do.
 */
export function draw(seed: number, originalTransactionId: string, purpose: string): number {
  return stableSeed(`${seed}|${originalTransactionId}|${purpose}`) / 0x1_0000_0000;
}
