import { createHash } from "node:crypto";
import type { CatalogPrice, ConnectCatalog, ConnectProduct } from "@holdfast/appstore/connect-api";
import type { App } from "../apps/index.ts";

/**
 * What can be wrong with a catalog, or have changed in it.
 *
 * - `PRODUCT_INCOMPLETE`: a subscription that is not set up far enough to be used
 * - `PRODUCT_GONE`, `OFFER_GONE`: what is live names it and App Store Connect has it no more
 * - `PRICE_CHANGED`: a product costs something else than at the sync before; said for two weeks
 * - `APP_ID_DIFFERS`: App Store Connect has another id for the app than what is configured here
 * - `DEFAULT_MISSING`: Apple shows no retention message for a product in a locale without a default message
 */
export type CatalogProblemCode =
  | "PRODUCT_INCOMPLETE"
  | "PRODUCT_GONE"
  | "OFFER_GONE"
  | "PRICE_CHANGED"
  | "APP_ID_DIFFERS"
  | "DEFAULT_MISSING";

/** Something of a catalog that somebody should look at. */
export interface CatalogProblem {
  /** Made of what it is about, so that it stays while the problem does. */
  readonly id: string;
  readonly code: CatalogProblemCode;
  readonly productId?: string | undefined;
  readonly offerIdentifier?: string | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** A product or an offer of it that something live names. */
export interface CatalogReference {
  readonly productId: string;
  /** Absent where the product itself is named. */
  readonly offerIdentifier?: string | undefined;
}

/** What a catalog is held against. */
export interface ProblemSources {
  readonly app: App;
  /** What was there before; undefined at the first sync. */
  readonly before: readonly ConnectProduct[] | undefined;
  /** What is live names these. */
  readonly references: readonly CatalogReference[];
}

/** Returns what is wrong with a catalog that was just read, each problem once. */
export function findProblems(
  catalog: ConnectCatalog,
  { app, before, references }: ProblemSources,
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
    ...(before === undefined ? [] : priceProblems(catalog.products, before)),
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

function priceProblems(
  products: readonly ConnectProduct[],
  before: readonly ConnectProduct[],
): readonly CatalogProblem[] {
  const old = new Map(before.map((product) => [product.productId, product]));
  return products.flatMap(({ productId, prices }) => {
    const then = old.get(productId);
    const changes = then === undefined ? [] : changesOf(prices, then.prices);
    const shown = changes.find(({ territory }) => territory === "USA") ?? changes[0];
    if (shown === undefined) return [];
    const more = changes.length === 1 ? "" : `, and in ${changes.length - 1} more territories`;
    const message = `the price of ${productId} changed ${shown.words}${more}; see whether texts name the price before`;
    return [problem("PRICE_CHANGED", [productId], { productId, message })];
  });
}

/** What a new subscriber pays now, by territory and plan; a price that is to come is none yet. */
function changesOf(
  prices: readonly CatalogPrice[],
  before: readonly CatalogPrice[],
): readonly { readonly territory: string; readonly words: string }[] {
  const then = currentPrices(before);
  return [...currentPrices(prices)].flatMap(([place, { price, currency, territory }]) => {
    const old = then.get(place);
    if (old === undefined || old.price === price) return [];
    const words = `in ${territory} from ${amountOf(old)} to ${amountOf({ price })} ${currency ?? ""}`;
    return [{ territory, words: words.trim() }];
  });
}

function amountOf({ price }: Pick<CatalogPrice, "price">): string {
  return price ?? "an unknown price";
}

function currentPrices(prices: readonly CatalogPrice[]): ReadonlyMap<string, CatalogPrice> {
  const current = prices.filter(
    ({ startDate, preserved }) => startDate === undefined && !preserved,
  );
  return new Map(current.map((price) => [`${price.territory} ${price.planType ?? ""}`, price]));
}

/** Returns a problem with the id of what it is about. */
export function problem(
  code: CatalogProblemCode,
  about: readonly string[],
  facts: Omit<CatalogProblem, "id" | "code">,
): CatalogProblem {
  const hash = createHash("sha256").update(JSON.stringify([code, ...about]));
  return { id: `problem_${hash.digest("base64url").slice(0, 16)}`, code, ...facts };
}
