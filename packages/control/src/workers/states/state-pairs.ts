import { subscriberKey } from "@holdfast/runtime/wire";
import type { SubscriberState } from "@holdfast/flow/evaluate";
import type { KvPair } from "@holdfast/runtime/workers-publishing";
import type { Queries } from "../../storage/index.ts";
import { deriveState, readManyStored, stateChangesAt } from "../../subscribers/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";

/** What is to become of some states. */
export interface StatePairs {
  readonly pairs: readonly KvPair[];
  /** Keys under which nothing is known. */
  readonly removed: readonly string[];
  /** When those of them change by themselves that do, by pseudonym, ms since 1970. */
  readonly changesAt: ReadonlyMap<string, number>;
}

/**
 * Returns states as Workers read them: what a lookup over HTTP would answer at `now`, ms since 1970. A state
 * without anything in it is not written, for rules cannot tell it from none.
 *
 * @param pseudonyms - each once, some hundreds
 */
export async function readStatePairs(
  queries: Queries,
  place: SubscriptionPlace,
  { pseudonyms, now }: { readonly pseudonyms: readonly string[]; readonly now: number },
): Promise<StatePairs> {
  const stored = await readManyStored(queries, place, pseudonyms);
  const pairs: KvPair[] = [];
  const removed: string[] = [];
  const changesAt = new Map<string, number>();
  for (const pseudonym of pseudonyms) {
    const key = subscriberKey(place, pseudonym);
    const one = stored.get(pseudonym);
    const state = one && deriveState(one, now);
    if (state === undefined || isEmpty(state)) removed.push(key);
    else pairs.push({ key, value: JSON.stringify(state) });
    const at = one && stateChangesAt(one, now);
    if (at !== undefined) changesAt.set(pseudonym, at);
  }
  return { pairs, removed, changesAt };
}

function isEmpty(state: SubscriberState): boolean {
  const { attributes, subscriptionStartedAt, previousDecisions } = state;
  const { rules, offers } = previousDecisions;
  return (
    subscriptionStartedAt === undefined &&
    [attributes, rules, offers].every((members) => Object.keys(members).length === 0)
  );
}
