import type {
  CatalogPrice,
  CatalogPromotionalOffer,
  ConnectProduct,
} from "@holdfast/appstore/connect-api";
import { expect, test } from "vitest";
import { findPriceProblems } from "./price-problems.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2026-12-02T12:00:00Z");
const YESTERDAY = { syncedAt: NOW - DAY_MS };

function price(territory: string, amount: string, more: Partial<CatalogPrice> = {}): CatalogPrice {
  return {
    territory,
    currency: "EUR",
    price: amount,
    startDate: undefined,
    preserved: false,
    planType: undefined,
    ...more,
  };
}

function offer(prices: readonly CatalogPrice[]): CatalogPromotionalOffer {
  return {
    offerIdentifier: "STAY",
    name: undefined,
    offerMode: undefined,
    duration: undefined,
    numberOfPeriods: undefined,
    prices,
  };
}

function product(
  prices: readonly CatalogPrice[],
  promotionalOffers: readonly CatalogPromotionalOffer[] = [],
): ConnectProduct {
  return {
    productId: "monthly",
    name: undefined,
    subscriptionGroup: "1",
    level: 1,
    period: "P1M",
    state: "APPROVED",
    familySharable: false,
    localizations: [],
    prices,
    promotionalOffers,
    introductoryOffers: [],
  };
}

const OLD = price("DEU", "9.99");
const PAST = { startDate: "2026-12-02" };
const FUTURE = { startDate: "2026-12-03" };

test.each<readonly [string, readonly CatalogPrice[], readonly CatalogPrice[], readonly string[]]>([
  ["another price", [OLD], [price("DEU", "10.99")], ["PRICE_CHANGED"]],
  ["the same price", [OLD], [OLD], []],
  ["a price that became unknown", [OLD], [{ ...OLD, price: undefined }], ["PRICE_CHANGED"]],
  ["a preserved price", [OLD], [OLD, price("DEU", "9", { preserved: true })], []],
  ["a price of another plan", [OLD], [OLD, price("DEU", "9", { planType: "MONTHLY" })], []],
  ["a price of another territory", [OLD], [OLD, price("FRA", "9")], []],
  ["a price to come", [OLD], [OLD, price("DEU", "9", FUTURE)], ["PRICE_SCHEDULED"]],
  ["a price that came", [OLD], [OLD, price("DEU", "9", PAST)], ["PRICE_CHANGED"]],
  [
    "a price that came as it was scheduled",
    [OLD, price("DEU", "9", PAST)],
    [OLD, price("DEU", "9", PAST)],
    ["PRICE_CHANGED"],
  ],
  [
    "a price that came and replaced the first",
    [OLD, price("DEU", "9", PAST)],
    [price("DEU", "9", PAST)],
    ["PRICE_CHANGED"],
  ],
  [
    "a price that came before the last sync",
    [OLD, price("DEU", "9", { startDate: "2026-12-01" })],
    [price("DEU", "9", { startDate: "2026-12-01" }), OLD],
    [],
  ],
])("findPriceProblems() compares what a new subscriber pays: %s", (_, then, now, codes) => {
  const before = { ...YESTERDAY, products: [product(then)] };
  const found = findPriceProblems([product(now)], { before, now: NOW });
  expect(found.map(({ code }) => code)).toEqual(codes);
});

test("findPriceProblems() names one territory, and how many more", () => {
  const before = { ...YESTERDAY, products: [product([OLD, price("USA", "8"), price("FRA", "8")])] };
  const now = [price("DEU", "1"), price("USA", "7", { currency: "USD" }), price("FRA", "1")];
  const [found] = findPriceProblems([product(now)], { before, now: NOW });
  expect(found?.message).toContain("in USA from 8 to 7 USD, and in 2 more territories");
});

test("findPriceProblems() compares promotional offers, and tells them apart from their product", () => {
  const before = { ...YESTERDAY, products: [product([OLD], [offer([price("DEU", "5")])])] };
  const now = [product([price("DEU", "10")], [offer([price("DEU", "6")])])];
  const found = findPriceProblems(now, { before, now: NOW });
  expect(found).toMatchObject([
    { code: "PRICE_CHANGED", productId: "monthly" },
    { code: "PRICE_CHANGED", productId: "monthly", offerIdentifier: "STAY" },
  ]);
  expect(found[0]?.offerIdentifier).toBeUndefined();
  expect(found[1]?.message).toContain("the offer STAY of monthly changed in DEU from 5 to 6 EUR");
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});

test("findPriceProblems() at the first sync tells only what is scheduled", () => {
  const prices = [OLD, price("DEU", "9", FUTURE)];
  expect(findPriceProblems([product(prices)], { before: undefined, now: NOW })).toMatchObject([
    {
      code: "PRICE_SCHEDULED",
      message: expect.stringContaining("to 9 EUR on 2026-12-03") as string,
    },
  ]);
});
