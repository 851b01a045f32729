import { NO_FACTS } from "../facts/subscription-facts.ts";
import { turnsOf } from "../facts/subscription-periods.ts";
import type { StoredSubscriber } from "./derive-state.ts";

/**
 * Returns when the state of a subscription may be another than at `now` although nobody tells anything, ms
 * since 1970: its period or what came after it is over then, or an attribute has expired. Undefined where it
 * stays as it is. Until then `deriveState` gives the same.
 */
export function stateChangesAt(
  { facts = NO_FACTS, attributes }: StoredSubscriber,
  now: number,
): number | undefined {
  const moments = [...turnsOf(facts), ...attributes.flatMap(({ expiresAt }) => expiresAt ?? [])]
    .map((moment) => Math.ceil(moment))
    .filter((moment) => moment > now);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
