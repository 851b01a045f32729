import type { ConnectCatalog } from "@holdfast/appstore/connect-api";
import type { App } from "../apps/index.ts";
import { problem } from "./catalog-problem.ts";
import type { CatalogProblem } from "./catalog-problem.ts";
import { findPriceProblems } from "./price-problems.ts";
import type { PriceSources } from "./price-problems.ts";

/** A product or an offer of it that something live names. */
export interface CatalogReference {
  readonly productId: string;
  /** Absent where the product itself is named. */
  readonly offerIdentifier?: string | undefined;
}

/** What a catalog is held against. */
export interface ProblemSources extends PriceSources {
  readonly app: App;
  /** What is live names these. */
  readonly references: readonly CatalogReference[];
}

/** Returns what is wrong with a catalog that was just read, each problem once. */
export function findProblems(
  catalog: ConnectCatalog,
  { app, references, ...prices }: ProblemSources,
): readonly CatalogProblem[] {
  return [
    ...idProblem(catalog, app),
    ...catalog.incomplete.map(({ productId, subscriptionGroup, missing }) =>
      problem("PRODUCT_INCOMPLETE", [productId ?? "", subscriptionGroup], {
        productId,
        message: `the subscription ${productId ?? `without an id in the group ${subscriptionGroup}`} has no ${missing.join(" and no ")} that is known; set it in App Store Connect`,
      }),
    ),
    ...goneProblems(catalog, references),
    ...findPriceProblems(catalog.products, prices),
  ];
}

function idProblem({ appAppleId }: ConnectCatalog, app: App): readonly CatalogProblem[] {
  if (appAppleId === app.appAppleId) return [];
  const message = `expected the app's id in the App Store to be ${appAppleId}, as App Store Connect has it, got ${app.appAppleId}; create the app anew with it, for requests of production name it`;
  return [problem("APP_ID_DIFFERS", [], { message })];
}

function goneProblems(
  { products }: ConnectCatalog,
  references: readonly CatalogReference[],
): readonly CatalogProblem[] {
  const byId = new Map(products.map((product) => [product.productId, product]));
  const found = references.flatMap(({ productId, offerIdentifier }) => {
    const product = byId.get(productId);
    if (product === undefined) {
      const message = `what is live names the product ${productId}, which App Store Connect has no more; publish without it`;
      return [problem("PRODUCT_GONE", [productId], { productId, message })];
    }
    if (offerIdentifier === undefined) return [];
    const { promotionalOffers } = product;
    if (promotionalOffers.some((offer) => offer.offerIdentifier === offerIdentifier)) return [];
    const message = `what is live offers ${offerIdentifier} of ${productId}, which App Store Connect has no more; publish without it, for the App Store cannot redeem it`;
    const about = { productId, offerIdentifier, message };
    return [problem("OFFER_GONE", [productId, offerIdentifier], about)];
  });
  return [...new Map(found.map((each) => [each.id, each])).values()];
}
