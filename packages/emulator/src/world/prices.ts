import type { OfferTerms, ProductDefinition } from "./app-definition.ts";
import { countPeriods, periodDays } from "./iso-period.ts";
import { type Territory, territoryOf } from "./territories.ts";

/** An amount of money. */
export interface Price {
  /** ISO 4217. */
  readonly currency: string;
  /** In thousandths of the currency's unit. */
  readonly amount: number;
}

/** What products cost in US dollars that say nothing of it, by the days of their period at most. */
const USD_BY_DAYS = [
  [7, 2.99],
  [31, 9.99],
  [62, 16.99],
  [92, 24.99],
  [183, 39.99],
  [366, 59.99],
] as const;

const DEFAULT_DISCOUNT_PERCENT = 50;

/** Returns what `product` costs for one of its periods, in a storefront. */
export function regularPrice(product: ProductDefinition, storefront: string): Price {
  const place = territoryOf(storefront);
  const amount = product.prices?.[storefront] ?? toAmount(usdPriceOf(product), place);
  return { currency: place.currency, amount };
}

/**
 * Returns what is paid at a time under `offer`: nothing when it is free, all of it when it is paid up
 * front, else one of the product's periods.
 */
export function offerPrice(
  product: ProductDefinition,
  storefront: string,
  { mode, period, discountPercent = DEFAULT_DISCOUNT_PERCENT }: OfferTerms,
): Price {
  const place = territoryOf(storefront);
  const { currency, amount } = regularPrice(product, storefront);
  if (mode === "FREE_TRIAL") return { currency, amount: 0 };
  const periods = mode === "PAY_UP_FRONT" ? countPeriods(period, product.period) : 1;
  return { currency, amount: round(amount * periods * (1 - discountPercent / 100), place) };
}

function usdPriceOf({ usdPrice, period }: ProductDefinition): number {
  if (usdPrice !== undefined) return usdPrice;
  const days = periodDays(period);
  return USD_BY_DAYS.find(([most]) => days <= most)?.[1] ?? 99.99;
}

function toAmount(usd: number, place: Territory): number {
  return round(usd * 1000 * place.perUsd, place);
}

function round(amount: number, { step }: Territory): number {
  return Math.round(amount / step) * step;
}
