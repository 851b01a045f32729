import type { Catalog, CatalogProduct } from "@holdfast/flow/catalog";

/** What is different in a newer catalog, in ids. */
export interface CatalogDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Compares two catalogs: products by their ids, and offers as `product/offer`. */
export function compareCatalogs(before: Catalog | undefined, after: Catalog): CatalogDifference {
  const [old, young] = [entriesOf(before), entriesOf(after)];
  return {
    added: [...young.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !young.has(id)),
    changed: [...young]
      .filter(([id, text]) => old.has(id) && old.get(id) !== text)
      .map(([id]) => id),
  };
}

function entriesOf(catalog: Catalog | undefined): ReadonlyMap<string, string> {
  return new Map((catalog?.products ?? []).flatMap(entriesOfProduct));
}

function entriesOfProduct(product: CatalogProduct): readonly (readonly [string, string])[] {
  const { productId, name, subscriptionGroup, level, period, promotionalOffers } = product;
  return [
    [productId, JSON.stringify([name, subscriptionGroup, level, period])],
    ...promotionalOffers.map(
      ({ offerIdentifier, name: offerName, offerMode, duration, numberOfPeriods }) =>
        [
          `${productId}/${offerIdentifier}`,
          JSON.stringify([offerName, offerMode, duration, numberOfPeriods]),
        ] as const,
    ),
  ];
}
