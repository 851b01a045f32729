import { describe, expect, test } from "vitest";
import type { ProductDefinition } from "./app-definition.ts";
import { offerPrice, regularPrice } from "./prices.ts";

const MONTHLY: ProductDefinition = { productId: "monthly", level: 1, period: "P1M", usdPrice: 10 };

describe("regularPrice()", () => {
  test.each([
    ["USA", { currency: "USD", amount: 10_000 }],
    ["JPN", { currency: "JPY", amount: 1_500_000 }],
    ["DEU", { currency: "EUR", amount: 10_000 }],
    ["XYZ", { currency: "USD", amount: 10_000 }],
  ])("is in thousandths of the currency in %s", (storefront, price) => {
    expect(regularPrice(MONTHLY, storefront)).toEqual(price);
  });

  test("is what the definition says where it says so", () => {
    const product = { ...MONTHLY, prices: { JPN: 980_000 } };
    expect(regularPrice(product, "JPN")).toEqual({ currency: "JPY", amount: 980_000 });
    expect(regularPrice(product, "USA").amount).toBe(10_000);
  });

  test("goes with the period when the definition says nothing", () => {
    const amounts = ["P1W", "P1M", "P3M", "P1Y"].map(
      (period) => regularPrice({ productId: "any", level: 1, period }, "USA").amount,
    );
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
    expect(new Set(amounts).size).toBe(amounts.length);
  });
});

describe("offerPrice()", () => {
  test.each([
    [{ mode: "FREE_TRIAL", period: "P3M" }, 0],
    [{ mode: "PAY_AS_YOU_GO", period: "P3M" }, 5000],
    [{ mode: "PAY_UP_FRONT", period: "P3M" }, 15_000],
    [{ mode: "PAY_AS_YOU_GO", period: "P3M", discountPercent: 20 }, 8000],
  ] as const)("is what one period under %j costs", (terms, amount) => {
    expect(offerPrice(MONTHLY, "USA", terms)).toEqual({ currency: "USD", amount });
  });

  test("has no fractions that the currency does not have", () => {
    const terms = { mode: "PAY_AS_YOU_GO", period: "P3M", discountPercent: 33 } as const;
    expect(offerPrice(MONTHLY, "JPN", terms).amount % 10_000).toBe(0);
  });
});
