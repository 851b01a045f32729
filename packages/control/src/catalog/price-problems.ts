import type { CatalogPrice, ConnectProduct } from "@holdfast/appstore/connect-api";
import { problem } from "./catalog-problem.ts";
import type { CatalogProblem } from "./catalog-problem.ts";

/** The products of the sync before, and when that was; ms since 1970. */
interface ProductsBefore {
  readonly products: readonly ConnectProduct[];
  readonly syncedAt: number;
}

/** What is compared, and when each was read; ms since 1970. */
export interface PriceSources {
  /** Undefined at the first sync. */
  readonly before: ProductsBefore | undefined;
  readonly now: number;
}

/** A price in one territory that is told of. */
interface ToldPrice {
  readonly territory: string;
  readonly words: string;
}

/** Returns which products and promotional offers cost something else than before, or will. */
export function findPriceProblems(
  products: readonly ConnectProduct[],
  { before, now }: PriceSources,
): readonly CatalogProblem[] {
  const old = new Map(before?.products.map((product) => [product.productId, product]));
  return products.flatMap((product) => {
    const then = old.get(product.productId);
    const days = { before: dayOf(before?.syncedAt ?? now), now: dayOf(now) };
    return [
      ...scheduledProblem(product, days.now),
      ...(then === undefined ? [] : changedProblem(product, then, days)),
      ...(then === undefined ? [] : changedOffers(product, then, days)),
    ];
  });
}

interface Days {
  readonly before: string;
  readonly now: string;
}

function scheduledProblem(
  { productId, prices }: ConnectProduct,
  today: string,
): readonly CatalogProblem[] {
  const told = prices.flatMap(({ territory, price, currency, startDate, preserved }) => {
    if (startDate === undefined || startDate <= today || preserved) return [];
    return [
      { territory, words: `in ${territory} to ${amountOf({ price, currency })} on ${startDate}` },
    ];
  });
  return told.length === 0
    ? []
    : [
        problem("PRICE_SCHEDULED", [productId], {
          productId,
          message: `the price of ${productId} will change ${summarise(told)}; see whether texts name the price of now`,
        }),
      ];
}

function changedProblem(
  { productId, prices }: ConnectProduct,
  then: ConnectProduct,
  days: Days,
): readonly CatalogProblem[] {
  const changes = changesOf(prices, then.prices, days);
  if (changes.length === 0) return [];
  const message = `the price of ${productId} changed ${summarise(changes)}; see whether texts name the price before`;
  return [problem("PRICE_CHANGED", [productId], { productId, message })];
}

function changedOffers(
  { productId, promotionalOffers }: ConnectProduct,
  then: ConnectProduct,
  days: Days,
): readonly CatalogProblem[] {
  const old = new Map(then.promotionalOffers.map((offer) => [offer.offerIdentifier, offer]));
  return promotionalOffers.flatMap(({ offerIdentifier, prices }) => {
    const changes = changesOf(prices, old.get(offerIdentifier)?.prices ?? [], days);
    if (changes.length === 0) return [];
    const message = `the price of the offer ${offerIdentifier} of ${productId} changed ${summarise(changes)}; see whether texts name the price before`;
    const about = { productId, offerIdentifier, message };
    return [problem("PRICE_CHANGED", [productId, offerIdentifier], about)];
  });
}

function changesOf(
  prices: readonly CatalogPrice[],
  before: readonly CatalogPrice[],
  days: Days,
): readonly ToldPrice[] {
  const then = pricesOn(days.before, before);
  return [...pricesOn(days.now, prices)].flatMap(([place, price]) => {
    const old = then.get(place);
    if (old === undefined || old.price === price.price) return [];
    const from = amountOf({ price: old.price });
    return [
      {
        territory: price.territory,
        words: `in ${price.territory} from ${from} to ${amountOf(price)}`,
      },
    ];
  });
}

/**
 * What a new subscriber pays on a day, by territory and plan: of the prices that hold by then the one that
 * began last. One without a day held from the beginning.
 */
function pricesOn(day: string, prices: readonly CatalogPrice[]): ReadonlyMap<string, CatalogPrice> {
  const holding = prices.filter(
    ({ startDate, preserved }) => !preserved && (startDate === undefined || startDate <= day),
  );
  const oldestFirst = holding.toSorted((one, other) =>
    (one.startDate ?? "") < (other.startDate ?? "") ? -1 : 1,
  );
  return new Map(oldestFirst.map((price) => [`${price.territory} ${price.planType ?? ""}`, price]));
}

function summarise(told: readonly ToldPrice[]): string {
  const shown = told.find(({ territory }) => territory === "USA") ?? told[0];
  const more = told.length <= 1 ? "" : `, and in ${told.length - 1} more territories`;
  return `${shown?.words ?? ""}${more}`;
}

function amountOf({ price, currency }: Partial<Pick<CatalogPrice, "price" | "currency">>): string {
  if (price === undefined) return "an unknown price";
  return currency === undefined ? price : `${price} ${currency}`;
}

/** Days at Apple have no time zone; a change may be told a day late. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
