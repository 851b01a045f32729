import type { RouteBody, routes } from "@holdfast/api";
import { parseCatalog } from "@holdfast/flow/catalog";
import type { Catalog, CatalogOffer, CatalogProduct } from "@holdfast/flow/catalog";

/** A catalog as the control plane has it. */
type CatalogBody = RouteBody<typeof routes.readCatalog>;

/**
 * Returns what of a catalog flows are validated against. Prices, localizations and the time of the sync are
 * left out, so that a committed file changes when something about a flow can change with it, and not else.
 *
 * @throws BadDataError `CATALOG_MALFORMED`
 */
export function flowCatalogOf(body: CatalogBody): Catalog {
  // Undefined members are none in JSON.
  return parseCatalog(JSON.parse(JSON.stringify(body)));
}

/** Returns the text of the file: products and offers in the order of their ids, so that it compares well. */
export function lockTextOf({ bundleId, appAppleId, products }: Catalog): string {
  const ordered = {
    bundleId,
    appAppleId,
    products: products.toSorted(by(({ productId }) => productId)).map(productOf),
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/** Members in one order, whoever wrote them. */
function productOf(product: CatalogProduct) {
  const { productId, name, subscriptionGroup, level, period, promotionalOffers } = product;
  const offers = promotionalOffers.toSorted(by(({ offerIdentifier }) => offerIdentifier));
  return {
    productId,
    name,
    subscriptionGroup,
    level,
    period,
    promotionalOffers: offers.map(offerOf),
  };
}

function offerOf({ offerIdentifier, name, offerMode, duration, numberOfPeriods }: CatalogOffer) {
  return { offerIdentifier, name, offerMode, duration, numberOfPeriods };
}

function by<Item>(keyOf: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)));
}
