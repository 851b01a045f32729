import { UsageError } from "@holdfast/appstore/errors";
import { defaultApps } from "@holdfast/emulator";
import type {
  AppDefinition,
  OfferMode,
  ProductDefinition,
  PromotionalOfferDefinition,
} from "@holdfast/emulator";
import type { Catalog, CatalogOffer } from "@holdfast/flow/catalog";
import type { UsableFlow } from "../load-flow.ts";

/** How many subscribers an app of one's own gets. */
const POPULATION = { count: 120, seed: 1 };

/**
 * Returns the app of the local App Store that a flow is for: the example's, or one made of the flow's
 * catalog, with made-up subscribers.
 *
 * @throws UsageError `CATALOG_MISSING` when there is nothing to make it of
 */
export function appOfFlow({ document, catalog, file }: UsableFlow): AppDefinition {
  const example = defaultApps().find(({ bundleId }) => bundleId === document.app);
  if (catalog === undefined) {
    if (example !== undefined) return example;
    const message = `${file}: a local App Store for ${document.app} is made of its catalog; put catalog.json beside the flow`;
    throw new UsageError("CATALOG_MISSING", message);
  }
  return example !== undefined && sells(example, catalog) ? example : appOfCatalog(catalog);
}

/** Whether an app of the local App Store has everything a catalog names. */
function sells({ groups, offers }: AppDefinition, catalog: Catalog): boolean {
  const productIds = new Set(groups.flatMap(({ products }) => products.map((p) => p.productId)));
  const offerIds = new Set(offers.map((offer) => `${offer.productId}/${offer.offerIdentifier}`));
  return catalog.products.every(
    ({ productId, promotionalOffers }) =>
      productIds.has(productId) &&
      promotionalOffers.every((offer) => offerIds.has(`${productId}/${offer.offerIdentifier}`)),
  );
}

function appOfCatalog(catalog: Catalog): AppDefinition {
  const groups = new Map<string, readonly ProductDefinition[]>();
  for (const { subscriptionGroup, productId, level, period, name } of catalog.products) {
    const products = groups.get(subscriptionGroup) ?? [];
    const product = { productId, level, period, ...(name === undefined ? {} : { name }) };
    groups.set(subscriptionGroup, [...products, product]);
  }
  return {
    id: idOf(catalog.bundleId),
    name: catalog.bundleId,
    bundleId: catalog.bundleId,
    appAppleId: catalog.appAppleId ?? 1,
    issuerId: "00000000-0000-4000-8000-000000000001",
    keyIds: ["LOCALKEY01"],
    groups: Array.from(groups, ([id, products]) => ({ id, products })),
    offers: catalog.products.flatMap(({ productId, promotionalOffers }) =>
      promotionalOffers.map((offer) => offerOf(productId, offer)),
    ),
    population: POPULATION,
  };
}

/** Catalogs may leave out how an offer is paid; then it is a month for nothing. */
function offerOf(
  productId: string,
  { offerIdentifier, name, offerMode, duration = "P1M", numberOfPeriods = 1 }: CatalogOffer,
): PromotionalOfferDefinition {
  const [, count = "1", unit = "M"] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  return {
    offerIdentifier,
    productId,
    mode: OFFER_MODES.find((mode) => mode === offerMode) ?? "FREE_TRIAL",
    // A catalog has the length of one of the periods, the local App Store that of all.
    period: `P${Number(count) * numberOfPeriods}${unit}`,
    ...(name === undefined ? {} : { name }),
  };
}

const OFFER_MODES: readonly OfferMode[] = ["FREE_TRIAL", "PAY_AS_YOU_GO", "PAY_UP_FRONT"];

/** Like `yoga` for `com.example.yoga`. */
function idOf(bundleId: string): string {
  const last = bundleId.split(".").at(-1) ?? "";
  const id = last.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return id === "" || id === "-" ? "app" : id;
}
