import type { SubscriptionPlace } from "./subscription-place.ts";

/**
 * Returns items by their places, each place's in the order they came; the places in one order everywhere, so
 * that two who lock rows of several wait for each other in turn.
 */
export function byPlace<Item>(
  items: readonly Item[],
  placeOf: (item: Item) => SubscriptionPlace,
): readonly (readonly [SubscriptionPlace, readonly Item[]])[] {
  const groups = Map.groupBy(items, (item) => {
    const { app, environment } = placeOf(item);
    return `${app} ${environment}`;
  });
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, [first, ...rest]]) => {
      if (first === undefined) return [];
      const { app, environment } = placeOf(first);
      return [[{ app, environment }, [first, ...rest]] as const];
    });
}
