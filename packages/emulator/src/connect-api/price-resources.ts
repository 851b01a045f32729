import type { OfferTerms, ProductDefinition } from "../world/app-definition.ts";
import { offerPrice, type Price, regularPrice } from "../world/prices.ts";
import { TERRITORIES, type Territory } from "../world/territories.ts";
import { type Resource, resource } from "./resource.ts";

/** What developers get of a price in a subscriber's first year, and after it. */
const PROCEEDS = 0.7;
const PROCEEDS_YEAR_2 = 0.85;

/** A product, and the resource it is. */
export interface PricedProduct {
  readonly product: ProductDefinition;
  readonly subscriptionId: string;
}

/** Returns the territory as a resource. */
export function territoryResource({ id, currency }: Territory): Resource {
  return resource("territories", id, { attributes: { currency } });
}

/** Returns what a subscription costs in each territory. */
export function priceResources(priced: PricedProduct): readonly Resource[] {
  return TERRITORIES.map((territory) =>
    resource("subscriptionPrices", opaqueId(priced, territory, "price"), {
      attributes: { startDate: null, preserved: false },
      toOne: {
        territory: () => territoryResource(territory),
        subscriptionPricePoint: () =>
          pricePoint(priced, territory, regularPrice(priced.product, territory.id)),
      },
    }),
  );
}

/**
 * Returns what an offer costs in each territory. That a free one has territories and no price points is
 * UNCONFIRMED.
 */
export function offerPriceResources(
  priced: PricedProduct,
  { id, terms }: { readonly id: string; readonly terms: OfferTerms },
): readonly Resource[] {
  return TERRITORIES.map((territory) =>
    resource("subscriptionPromotionalOfferPrices", opaqueId(priced, territory, id), {
      toOne: offerRelations(priced, territory, terms),
    }),
  );
}

/** Returns where an offer holds and what it costs there. */
export function offerRelations(
  priced: PricedProduct,
  territory: Territory,
  terms: OfferTerms,
): Resource["toOne"] {
  const price = offerPrice(priced.product, territory.id, terms);
  return {
    territory: () => territoryResource(territory),
    subscriptionPricePoint: () =>
      terms.mode === "FREE_TRIAL" ? undefined : pricePoint(priced, territory, price),
  };
}

function pricePoint(priced: PricedProduct, territory: Territory, { amount }: Price): Resource {
  return resource("subscriptionPricePoints", opaqueId(priced, territory, String(amount)), {
    attributes: {
      customerPrice: toDecimal(amount),
      proceeds: toDecimal(amount * PROCEEDS),
      proceedsYear2: toDecimal(amount * PROCEEDS_YEAR_2),
    },
    toOne: { territory: () => territoryResource(territory) },
  });
}

/** App Store Connect's identifiers of prices are opaque texts that hold what they stand for. */
function opaqueId({ subscriptionId }: PricedProduct, { id }: Territory, point: string): string {
  return Buffer.from(JSON.stringify({ s: subscriptionId, t: id, p: point })).toString("base64url");
}

/** App Store Connect writes amounts of money as texts in the currency's unit. */
function toDecimal(milliunits: number): string {
  return (Math.round(milliunits / 10) / 100).toFixed(2);
}
