import type { ExposureHistory } from "@holdfast/flow/evaluate";

/** What one subscription was answered before: `addDecisions` counts, `previousDecisionsOf` reads. */
export interface SubscriptionExposures {
  /** By rule name. */
  readonly rules: Readonly<Record<string, RuleExposures>>;
  /** By `productId/offerIdentifier`. */
  readonly offers: Readonly<Record<string, OfferExposures>>;
}

/**
 * A rule's exposures. The newest are kept as they were, so that cycles come out the same in whatever order
 * decisions arrive; those before are counted in `older`.
 */
export interface RuleExposures {
  readonly older?: ExposureHistory;
  /** By their time, rising. */
  readonly recent: readonly Exposure[];
  /** When each offer was first delivered by the rule, by `productId/offerIdentifier`. */
  readonly offers?: Readonly<Record<string, number>>;
}

/**
 * When it was, in milliseconds since 1970, and the rule's cooldown then, in milliseconds; null without one.
 */
export type Exposure = readonly [at: number, cooldownMs: number | null];

/** How often an offer was delivered, first and last. */
export interface OfferExposures {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Nothing was answered yet. */
export const NO_EXPOSURES: SubscriptionExposures = { rules: {}, offers: {} };
