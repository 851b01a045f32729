import { CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { AttributeValue, SubscriberState } from "@holdfast/flow/evaluate";
import { deriveAttributes, TENURE } from "../facts/derive-attributes.ts";
import { redemptionsOf } from "../facts/redemptions.ts";
import { NO_FACTS } from "../facts/subscription-facts.ts";
import type { SubscriptionFacts } from "../facts/subscription-facts.ts";
import { previousDecisionsOf } from "../history/previous-decisions.ts";
import { NO_EXPOSURES } from "../history/subscription-exposures.ts";
import type { SubscriptionExposures } from "../history/subscription-exposures.ts";
import { teamAttributesAt } from "./team-attributes.ts";
import type { TeamAttribute } from "./team-attributes.ts";

/** All that is stored of one subscription; at least one of the three is there. */
export interface StoredSubscriber {
  readonly pseudonym: string;
  /** Absent where Apple told nothing yet. */
  readonly facts?: SubscriptionFacts | undefined;
  /** Absent where nothing was answered yet. */
  readonly exposures?: SubscriptionExposures | undefined;
  readonly attributes: readonly TeamAttribute[];
}

/**
 * Returns a subscription's state as rules see it at `now`, milliseconds since 1970. Pure: the same rows at the
 * same time give the same state.
 */
export function deriveState(
  { pseudonym, facts = NO_FACTS, exposures = NO_EXPOSURES, attributes }: StoredSubscriber,
  now: number,
): SubscriberState {
  const derived = new Map(
    [...deriveAttributes(facts, now)].map(([name, { value }]) => [name, value] as const),
  );
  const startedAt = derived.get(TENURE);
  derived.delete(TENURE);
  const stated = [...teamAttributesAt(attributes, { pseudonym, now })].map(
    ([name, { value }]): readonly [string, AttributeValue] => [
      `${CUSTOM_ATTRIBUTE_PREFIX}${name}`,
      value,
    ],
  );
  return {
    attributes: Object.fromEntries([...derived, ...stated]),
    ...(typeof startedAt === "number" ? { subscriptionStartedAt: startedAt } : {}),
    previousDecisions: previousDecisionsOf(exposures, redemptionsOf(facts)),
  };
}
