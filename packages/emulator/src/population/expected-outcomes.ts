import type { Odds, PopulationBehaviour } from "./behaviour.ts";
import { DEFAULT_TAP_PROBABILITY } from "./population-options.ts";
import type { ShownKind, ShownTraits } from "./shown-traits.ts";

/** What of a population's options says how its subscribers decide. */
export interface Deciding {
  readonly tapProbability?: number;
  readonly behaviour?: PopulationBehaviour;
}

/** How many of those who open the page for the first time do what, in shares that make 1 together. */
export interface ExpectedOutcomes {
  readonly kept: number;
  readonly cancelled: number;
  readonly redeemed: number;
  readonly switched: number;
  readonly retentionOffer: number;
}

/** What accepting is, by what is shown; other kinds cannot be accepted. */
export const ACCEPTED_AS = {
  promotionalOffer: "redeemed",
  alternateProduct: "switched",
  retentionOffer: "retentionOffer",
} as const satisfies Partial<Record<ShownKind, keyof ExpectedOutcomes>>;

/** Tells whether something is shown that can be accepted. */
export function isAcceptable(kind: ShownKind | undefined): kind is keyof typeof ACCEPTED_AS {
  return kind !== undefined && Object.hasOwn(ACCEPTED_AS, kind);
}

/** Returns what those do who tap Cancel and are shown this: by the first rule that holds. */
export function oddsFor(behaviour: PopulationBehaviour, shown: ShownTraits): Required<Odds> {
  const { rules = [], otherwise = {} } = behaviour;
  const { cancel = 0, accept = 0 } = rules.find(({ when }) => holds(when, shown)) ?? otherwise;
  return { cancel, accept };
}

/**
 * Returns what comes of a subscription's first page, when tapping Cancel on it shows this: of all who open
 * it, those who never tap included. It is true of any time after it that is as long as
 * `cancelWithoutTap` takes, and no longer than `reconsiderAfterDays`; who turns renewal off and on again has
 * cancelled. Offers and products that are shown but cannot be had (the one they have already) are
 * declined, and those who would have taken them stay.
 */
export function expectedOutcomes(
  { tapProbability = DEFAULT_TAP_PROBABILITY, behaviour = {} }: Deciding,
  shown: ShownTraits,
): ExpectedOutcomes {
  const { cancel, accept } = oddsFor(behaviour, shown);
  const withoutTap = behaviour.cancelWithoutTap?.probability ?? 0;
  const cancelled = tapProbability * cancel + (1 - tapProbability) * withoutTap;
  const none = { redeemed: 0, switched: 0, retentionOffer: 0 };
  if (!isAcceptable(shown.kind)) return { kept: 1 - cancelled, cancelled, ...none };
  const accepted = tapProbability * accept;
  return {
    kept: 1 - cancelled - accepted,
    cancelled,
    ...none,
    [ACCEPTED_AS[shown.kind]]: accepted,
  };
}

/**
 * Returns which share of the subscriptions whose first page shows this do not turn renewal off after it:
 * the keep rate that measuring should find. See `expectedOutcomes`.
 */
export function expectedKeepRate(deciding: Deciding, shown: ShownTraits): number {
  return 1 - expectedOutcomes(deciding, shown).cancelled;
}

function holds(when: Partial<ShownTraits>, shown: ShownTraits): boolean {
  // The keys of an object literal's type; what else it has at run time matches nothing.
  const names = Object.keys(when) as (keyof ShownTraits)[];
  return names.every((name) => when[name] === undefined || when[name] === shown[name]);
}
