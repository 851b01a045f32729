import type { PopulationBehaviour, ShownKind } from "@holdfast/emulator";
import { expectedKeepRate } from "@holdfast/emulator";

/** How many who open the page tap Cancel. More than usual: who taps nothing tells nothing. */
const TAP_PROBABILITY = 0.6;

/** How long a day of subscriptions lasts, in days: a day is ten seconds and a month five minutes. */
export const SUBSCRIPTION_TIME_SCALE = 1 / 8640;

/** How long after a first request it is looked for what the subscriber did, ms: six of those days. */
export const OUTCOME_WINDOW_MS = 60_000;

/**
 * How the local App Store's subscribers live: offers and other products keep more of them than a message
 * does. Who has decided decides anew when the window of the first decision is over.
 */
const BEHAVIOUR: PopulationBehaviour = {
  rules: [
    { when: { kind: "promotionalOffer" }, cancel: 0.2, accept: 0.4 },
    { when: { kind: "retentionOffer" }, cancel: 0.25, accept: 0.4 },
    { when: { kind: "alternateProduct" }, cancel: 0.3, accept: 0.3 },
  ],
  otherwise: { cancel: 0.5 },
  cancelWithoutTap: { probability: 0.05, afterDays: [0, 3] },
  reconsiderAfterDays: 6,
  resubscribe: { probability: 0.3, afterDays: [1, 6] },
  paymentFailure: { probability: 0.04, recovery: { probability: 0.7, afterDays: [1, 5] } },
  joinsPerDay: 10,
};

/** How subscribers decide and live, as the emulator takes it. */
export const DEV_POPULATION = { tapProbability: TAP_PROBABILITY, behaviour: BEHAVIOUR } as const;

/** Returns the share of subscriptions that stay when they are shown this, as it was set. */
export function configuredKeepRate(kind: ShownKind): number {
  return expectedKeepRate(DEV_POPULATION, { source: "realtime", productId: "", kind });
}
