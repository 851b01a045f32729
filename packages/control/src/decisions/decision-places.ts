import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** Decisions of one app in one of its environments. */
export interface PlacedDecisions {
  readonly place: SubscriptionPlace;
  /** In the order of the requests. */
  readonly records: readonly DecisionRecord[];
}

/** Returns decisions by their places, these in one order everywhere: who locks rows of several does not meet another. */
export function byPlace(records: readonly DecisionRecord[]): readonly PlacedDecisions[] {
  const places = new Map<string, DecisionRecord[]>();
  for (const record of records) {
    const key = `${record.app} ${record.environment}`;
    const known = places.get(key);
    if (known === undefined) places.set(key, [record]);
    else known.push(record);
  }
  return [...places]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, placed]) => {
      const [first] = placed;
      if (first === undefined) return [];
      const { app, environment } = first;
      placed.sort((one, other) => one.requestedAt - other.requestedAt);
      return [{ place: { app, environment }, records: placed }];
    });
}
