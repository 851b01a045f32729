import { RefusedSignedData } from "./signed-data-error.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** Bounds what verifying chains that nobody knows may cost. */
export interface ChainBudget {
  /**
   * Takes what one chain costs.
   *
   * @throws RefusedSignedData `CHAIN_BUDGET_EXCEEDED`
   */
  take(issuer: "known" | "unknown"): void;
}

/**
 * Makes a budget of so many chains per second, twice: once for chains whose intermediate is unknown, and
 * once for new leaves under an intermediate that is known to be genuine. The second is a reserve, for
 * Apple renews leaves far more often than intermediates: a flood of made-up chains does not touch it.
 *
 * @param now - milliseconds
 */
export function createChainBudget(perSecond: number, now: () => number): ChainBudget {
  const buckets = {
    known: createTokenBucket(perSecond, now),
    unknown: createTokenBucket(perSecond, now),
  };
  return {
    take(issuer) {
      if (buckets[issuer].take()) return;
      const message = "too many unknown certificate chains at once";
      throw new RefusedSignedData("CHAIN_BUDGET_EXCEEDED", message);
    },
  };
}
