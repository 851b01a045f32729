import { BadDataError } from "@holdfast/appstore/errors";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCatalog } from "./catalog.ts";
import { parseReviewStates, reviewStateOf } from "./review-states.ts";

const product = { productId: "a", subscriptionGroup: "g", level: 1, period: "P1M" };
const catalog = { bundleId: "com.example", products: [product] };

describe("parseCatalog()", () => {
  test("fills in what may be missing and drops what a later release added", () => {
    expect(parseCatalog({ ...catalog, syncedAt: 1 })).toEqual({
      bundleId: "com.example",
      products: [{ ...product, promotionalOffers: [] }],
    });
  });

  test.each([
    ["no bundle id", { products: [] }],
    ["a period that is none", { ...catalog, products: [{ ...product, period: "1 month" }] }],
    ["a level of 0", { ...catalog, products: [{ ...product, level: 0 }] }],
    ["a product twice", { ...catalog, products: [product, product] }],
    [
      "an offer twice",
      {
        ...catalog,
        products: [
          { ...product, promotionalOffers: [{ offerIdentifier: "x" }, { offerIdentifier: "x" }] },
        ],
      },
    ],
  ])("refuses %s", (_what, value) => {
    expect(() => parseCatalog(value)).toThrow(
      expect.objectContaining({ code: "CATALOG_MALFORMED" }) as Error,
    );
  });

  test("throws nothing but its own error", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseCatalog(value)).toThrow(BadDataError);
      }),
    );
  });
});

describe("parseReviewStates()", () => {
  test("takes both spellings of pending, and states Apple may add", () => {
    const states = parseReviewStates({
      messages: { a: "PENDING_REVIEW", b: "PENDING", c: "ON_HOLD" },
      images: {},
    });
    expect(states.messages).toEqual({ a: "PENDING", b: "PENDING", c: "ON_HOLD" });
  });

  test("refuses what are none", () => {
    expect(() => parseReviewStates({ messages: { a: 1 }, images: {} })).toThrow(
      expect.objectContaining({ code: "REVIEW_STATES_MALFORMED" }) as Error,
    );
  });
});

describe("reviewStateOf()", () => {
  test("is unknown for what Apple does not have, prototypes included", () => {
    expect(reviewStateOf({ a: "APPROVED" }, "a")).toBe("APPROVED");
    expect(reviewStateOf({}, "a")).toBe("unknown");
    expect(reviewStateOf({}, "constructor")).toBe("unknown");
  });
});
